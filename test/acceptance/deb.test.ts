import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { debFileName } from '../../packages/core/src/formats/deb/control.ts';
import { readDeb } from '../../packages/core/src/formats/deb/read.ts';
import type { DebFile } from '../../packages/core/src/formats/deb/read.ts';
import { writeDeb } from '../../packages/core/src/formats/deb/write.ts';
import { bytesSource, collect, memorySpool } from '../../packages/core/src/model/bytes.ts';
import type { ByteSource } from '../../packages/core/src/model/bytes.ts';
import { compareDebVersions, isDebVersion } from '../../packages/core/src/model/deb-version.ts';
import type { PackageSpec } from '../../packages/core/src/model/package-spec.ts';
import type { Compression } from '../../packages/core/src/model/target.ts';
import { makeDebianRoot } from '../support/debian-root.ts';
import type { DebianRoot } from '../support/debian-root.ts';
import { fullSpec } from '../support/package-spec.ts';
import { requireTools } from '../support/tools.ts';

const ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC', HOME: '/nonexistent' };
const compressions: readonly Compression[] = ['gzip', 'zstd'];

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'distrokit-deb-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Writes a package into the working directory, under a directory of its own so that names do not meet. */
async function make(spec: PackageSpec<ByteSource>, compression: Compression = 'zstd'): Promise<string> {
  const dir = mkdtempSync(join(work, 'package-'));
  const file = join(dir, debFileName(spec));
  writeFileSync(file, await collect(writeDeb(spec, { compression, spool: memorySpool }), 1 << 26));
  return file;
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', env: ENV, maxBuffer: 1 << 26 });
}

/** Whether a program ends with 0. */
function succeeds(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { env: ENV, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(requireTools('dpkg', 'dpkg-deb', 'tar'))('dpkg-deb', () => {
  test.each(compressions)('reads the fields, the list and the files of a package of %s', async (compression) => {
    const file = await make(fullSpec(), compression);
    expect(run('dpkg-deb', '-f', file, 'Version', 'Architecture')).toBe('Version: 1.3.0~rc.1-1\nArchitecture: amd64\n');
    expect(run('dpkg-deb', '-I', file)).toMatch(/^ +\d+ bytes, +\d+ lines +\* +postinst +#!\/bin\/sh$/m);

    const listed = run('dpkg-deb', '-c', file).trimEnd().split('\n');
    const { files } = await readDeb(bytesSource(readFileSync(file)));
    expect(listed).toHaveLength(files.length + 1);

    const out = join(work, `out-${compression}`);
    run('dpkg-deb', '-x', file, out);
    expect(files.map((entry) => unpacked(out, entry))).toEqual(
      files.map(({ path, mode, sha256, target }) => ({ path, mode, sha256, target })),
    );
    const made = readdirSync(out, { recursive: true, encoding: 'utf8' });
    expect(made.map((path) => `/${path}`).sort()).toEqual(files.map(({ path }) => path).sort());
  });

  test('finds no PAX header and the time of the release everywhere', async () => {
    const file = await make(fullSpec());
    const tar = execFileSync('dpkg-deb', ['--fsys-tarfile', file], { env: ENV });
    const path = join(work, 'data.tar');
    writeFileSync(path, tar);
    const rows = run('tar', '-tvf', path, '--full-time').trimEnd().split('\n');
    expect(rows.every((row) => row.includes(' 2026-11-21 00:00:00 '))).toBe(true);
    for (let block = 0; block < tar.length; block += 512) {
      if (tar.toString('latin1', block + 257, block + 262) !== 'ustar') continue;
      expect('05L2').toContain(String.fromCharCode(tar[block + 156] ?? 0));
    }
  });

  test('its control file is one that dpkg would have written', async () => {
    const dir = join(work, 'control');
    mkdirSync(dir);
    run('dpkg-deb', '-e', await make(fullSpec()), dir);
    expect(
      run(
        'dpkg-deb',
        '-f',
        run(
          'sh',
          '-c',
          `mkdir -p ${dir}/x/DEBIAN && cp ${dir}/control ${dir}/x/DEBIAN && dpkg-deb -b ${dir}/x ${dir}/x.deb >/dev/null && echo ${dir}/x.deb`,
        ).trim(),
      ),
    ).toBe(readFileSync(join(dir, 'control'), 'utf8'));
    for (const script of ['preinst', 'postinst', 'prerm', 'postrm']) {
      expect(lstatSync(join(dir, script)).mode & 0o7777).toBe(0o755);
      run('dash', '-n', join(dir, script));
    }
  });

  test('orders versions as we do', () => {
    const part = fc.stringMatching(/^[0-9a-bA-B.+~]{0,6}$/);
    const version = fc
      .tuple(fc.constantFrom('', '0:', '1:'), part, fc.constantFrom('', '-1', '-0', '-1~a', '-a1', '-1.1'))
      .map(([epoch, upstream, revision]) => `${epoch}1${upstream}${revision}`);
    fc.assert(
      fc.property(version, version, (a, b) => {
        const operator = ['lt', 'eq', 'gt'][Math.sign(compareDebVersions(a, b)) + 1] ?? '';
        return succeeds('dpkg', '--compare-versions', a, operator, b);
      }),
      { numRuns: 400 },
    );
  });

  test('takes the versions that we take', () => {
    const version = fc.stringMatching(/^[0-9a:.+~_ -]{1,6}$/).filter((text) => text === text.trim());
    fc.assert(
      fc.property(version, (text) => {
        // dpkg reads an epoch as C does, with a sign; deb-version(7) says that it is an unsigned number.
        fc.pre(!/^[+-]/.test(text));
        // dpkg only warns of some of what its own manual forbids, and says so.
        const printed = run('sh', '-c', 'dpkg --validate-version -- "$1" 2>&1 || echo refused', 'sh', text);
        return isDebVersion(text) === (printed === '');
      }),
      { numRuns: 400 },
    );
  });
});

/** What stands in the file system where a file of a package was unpacked. */
function unpacked(dir: string, { path, type }: DebFile): Record<'path' | 'mode' | 'sha256' | 'target', unknown> {
  const found = join(dir, path);
  return {
    path,
    mode: lstatSync(found).mode & 0o7777,
    sha256: type === 'file' ? createHash('sha256').update(readFileSync(found)).digest('hex') : undefined,
    target: type === 'symlink' ? readlinkSync(found) : undefined,
  };
}

describe.skipIf(requireTools('lintian'))('lintian', () => {
  test('has nothing to say of a package of gzip but what it overrides', async () => {
    const file = await make(fullSpec(), 'gzip');
    const printed = run('sh', '-c', 'lintian --allow-root --fail-on error "$1" 2>&1', 'sh', file);
    expect(printed).not.toMatch(/^E:/m);
    expect(printed).not.toMatch(/^[EW]: .*(?:no-manual-page|elevated-privileges|mismatched-override|unused-override)/m);
  });

  test('does not know zstd, and says nothing else of it', async () => {
    const printed = run('sh', '-c', 'lintian --allow-root "$1" 2>&1 || true', 'sh', await make(fullSpec()));
    const errors = printed.match(/(?<=^E: node-agent: )\S+/gm);
    expect(errors, printed).toEqual(['malformed-deb-archive', 'malformed-deb-archive']);
  });
});

describe.skipIf(requireTools('apt-get', 'xz'))("Debian's own packages", () => {
  test.each(['perl-base', 'systemd', 'iptables', 'libseccomp-dev'])(
    '%s is read, and every sum in it is right',
    async (name) => {
      const dir = mkdtempSync(join(work, 'debian-'));
      execFileSync('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', name], {
        cwd: dir,
        env: ENV,
        stdio: 'ignore',
      });
      const [file = ''] = readdirSync(dir);
      const info = await readDeb(bytesSource(readFileSync(join(dir, file))), {
        what: file,
        decompressors: { xz: unxz },
      });
      expect(info.control.get('Package')).toBe(name);
      expect(info.compression).toBe('xz');
      const listed = run('dpkg-deb', '-c', join(dir, file)).trimEnd().split('\n');
      expect(listed).toHaveLength(info.files.length + 1);
    },
  );
});

async function* unxz(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const child = spawn('xz', ['-dc'], { stdio: ['pipe', 'pipe', 'inherit'] });
  Readable.from(input).pipe(child.stdin);
  yield* child.stdout as AsyncIterable<Uint8Array>;
}

describe.skipIf(requireTools('mmdebstrap', 'unshare', 'dpkg'))('dpkg in a fresh Debian', () => {
  let root: DebianRoot;
  let before: readonly string[];

  beforeAll(async () => {
    root = await makeDebianRoot(['systemd', 'libcap2-bin']);
    before = root.list();
  });
  afterAll(() => root?.remove());

  test('installs, upgrades, removes and purges a package that uses everything', async () => {
    const first = root.add(await make(fullSpec()));
    const printed = root.sh(`dpkg -i ${first}`);
    expect(printed).toContain('preinst install');
    expect(printed).toContain('postinst configure');
    expect(printed).not.toContain('did not get');
    expect(root.sh('dpkg -V node-agent')).toBe('');

    // Owners that did not exist when the files were unpacked, with the bits that wait for them.
    expect(
      root
        .sh('stat -c "%a %U:%G" /usr/libexec/node-agent/ask /var/lib/node-agent /run/node-agent')
        .trimEnd()
        .split('\n'),
    ).toEqual(['4750 root:node-agent', '750 node-agent:node-agent', '750 node-agent:node-agent']);
    expect(root.sh('getcap /usr/libexec/node-agent/bind').trimEnd()).toBe(
      '/usr/libexec/node-agent/bind cap_net_bind_service=ep',
    );
    expect(root.sh('systemctl is-enabled node-agent.service').trimEnd()).toBe('enabled');
    expect(root.sh('cat "/usr/share/node-agent/it\'s 100% {odd} \\$HOME"')).toBe("it's 100% {odd}\n");
    expect(root.sh('zcat /usr/share/doc/node-agent/changelog.Debian.gz | head -1')).toContain('(1.3.0~rc.1-1)');

    root.sh(
      'echo ARGS=--edited >/etc/default/node-agent; systemctl disable node-agent.service; : >/var/lib/node-agent/state',
    );
    const second = root.add(await make(fullSpec({ release: '2' }), 'gzip'));
    expect(root.sh(`dpkg -i ${second}`)).toContain('postinst configure');
    expect(root.sh("dpkg-query -W -f '${Version} ${db:Status-Status}' node-agent")).toBe('1.3.0~rc.1-2 installed');
    expect(root.sh('cat /etc/default/node-agent')).toBe('ARGS=--edited\n');
    expect(root.sh('systemctl is-enabled node-agent.service || true').trimEnd()).toBe('disabled');
    expect(root.sh('dpkg -V node-agent || true')).toMatch(/^\?\?5\?\?\?\?\?\? c \/etc\/default\/node-agent\n$/);

    expect(root.sh('dpkg -r node-agent')).toContain('postrm remove');
    expect(root.sh('cat /etc/default/node-agent; ls /var/lib/node-agent')).toBe('ARGS=--edited\nstate\n');
    expect(root.sh('dpkg -P node-agent')).toContain('postrm purge');
    expect(root.list()).toEqual(before);
  });

  test('a final release replaces its candidate, and a candidate is a downgrade', async () => {
    const candidate = root.add(await make(fullSpec()));
    const final = root.add(await make(fullSpec({ version: '1.3.0' })));
    root.sh(`dpkg -i ${candidate} && dpkg -i ${final}`);
    expect(root.sh(`dpkg -i ${candidate}`)).toContain('downgrading');
    root.sh('dpkg -P node-agent');
    expect(root.list()).toEqual(before);
  });

  test('an administrator who gave a file to somebody else is left alone', async () => {
    const file = root.add(await make(fullSpec()));
    root.sh('dpkg-statoverride --add daemon daemon 0700 /var/lib/node-agent');
    root.sh(`dpkg -i ${file}`);
    expect(root.sh('stat -c "%a %U:%G" /var/lib/node-agent')).toBe('700 daemon:daemon\n');
    root.sh('dpkg -P node-agent; dpkg-statoverride --remove /var/lib/node-agent');
    expect(root.list()).toEqual(before);
  });

  test('a package whose script fails is left half configured, and the next try mends it', async () => {
    const broken = root.add(await make(fullSpec({ scripts: { postInstall: 'false\n' } })));
    expect(() => root.sh(`dpkg -i ${broken}`)).toThrow('Command failed');
    expect(root.sh("dpkg-query -W -f '${db:Status-Status}' node-agent")).toBe('half-configured');
    root.sh(`dpkg -i ${root.add(await make(fullSpec({ release: '2' })))}`);
    root.sh('dpkg -P node-agent');
    expect(root.list()).toEqual(before);
  });
});
