import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FILE_TYPES } from '../../packages/core/src/formats/rpm/files.ts';
import { formatRelation } from '../../packages/core/src/formats/rpm/relation.ts';
import { rpmFileName } from '../../packages/core/src/formats/rpm/rpm-file-name.ts';
import { readRpm } from '../../packages/core/src/formats/rpm/read-rpm.ts';
import type { RpmFile } from '../../packages/core/src/formats/rpm/rpm-info.ts';
import { rpmlintrc } from '../../packages/core/src/formats/rpm/rpmlintrc.ts';
import { writeRpm } from '../../packages/core/src/formats/rpm/write-rpm.ts';
import { bytesSource, collect, memorySpool } from '../../packages/core/src/model/bytes.ts';
import type { ByteSource } from '../../packages/core/src/model/bytes.ts';
import type { LintOverride, PackageSpec } from '../../packages/core/src/model/package-spec.ts';
import { compareRpmEvrs, compareRpmVersions } from '../../packages/core/src/model/rpm-version.ts';
import type { Compression } from '../../packages/core/src/model/target.ts';
import { testSpec } from '../support/package-spec.ts';
import { makeRpmRoot, rpmEnvironment } from '../support/rpm-root.ts';
import type { RpmRoot } from '../support/rpm-root.ts';
import { fullRpmSpec } from '../support/rpm-spec.ts';
import { requireTools } from '../support/tools.ts';

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'distrokit-rpm-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Writes a package into the working directory, under a directory of its own so that names do not meet. */
async function make(spec: PackageSpec<ByteSource>, compression: Compression = 'zstd'): Promise<string> {
  const dir = join(work, compression);
  mkdirSync(dir, { recursive: true });
  const file = join(dir, rpmFileName(spec));
  writeFileSync(file, await collect(writeRpm(spec, { compression, spool: memorySpool }), 1 << 26));
  return file;
}

/** Runs a program and returns what it printed on both streams, whatever its exit code. */
function output(program: string, ...args: readonly string[]): string {
  return outputWith({}, program, ...args);
}

function outputWith(env: NodeJS.ProcessEnv, program: string, ...args: readonly string[]): string {
  return execFileSync('sh', ['-c', '"$@" 2>&1 || true', 'sh', program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...rpmEnvironment(), ...env },
  });
}

function query(file: string, format: string): string {
  return output('rpm', '-qp', '--nosignature', '--qf', format, file);
}

const notRoot = process.getuid?.() !== 0;

describe.skipIf(requireTools('rpm'))('versions', () => {
  const part = fc.string({ unit: fc.constantFrom(...Array.from('00129abzAZ..~^+_')), minLength: 1, maxLength: 8 });

  /** What rpm says of all pairs at once. */
  function ask(pairs: readonly (readonly [string, string])[]): readonly number[] {
    const calls = pairs.map(([a, b]) => `print(rpm.vercmp("${a}","${b}").."\\n")`);
    const answers = output('rpm', '--eval', `%{lua:${calls.join(' ')}}`);
    return answers.trim().split('\n').map(Number);
  }

  test('are ordered as rpm orders them', () => {
    const versions = part.filter((text) => /^[0-9a-zA-Z]/.test(text));
    const pairs = fc.sample(fc.tuple(versions, versions), { numRuns: 1500, seed: 1 });
    expect(pairs.map(([a, b]) => [a, b, compareRpmVersions(a, b)])).toEqual(
      ask(pairs).map((x, i) => [...(pairs[i] ?? []), x]),
    );
  });

  test('are ordered with epoch and release', () => {
    const label = part.filter((text) => /^[0-9a-zA-Z]/.test(text));
    const evr = fc
      .tuple(fc.option(fc.nat(2)), label, fc.option(label))
      .map(
        ([epoch, version, release]) =>
          `${epoch === null ? '' : `${epoch}:`}${version}${release === null ? '' : `-${release}`}`,
      );
    const related = fc
      .tuple(evr, evr, fc.boolean())
      .map(([a, b, near]) => [a, near ? a.replace(/-.*/, '-1') : b] as const);
    const pairs = fc.sample(related, { numRuns: 1500, seed: 2 });
    expect(pairs.map(([a, b]) => [a, b, compareRpmEvrs(a, b)])).toEqual(
      ask(pairs).map((x, i) => [...(pairs[i] ?? []), x]),
    );
  });
});

describe.skipIf(requireTools('rpm', 'rpm2cpio', 'cpio')).each(['gzip', 'zstd'] as const)(
  'an rpm with %s',
  (compression) => {
    let file: string;
    beforeAll(async () => {
      file = await make(fullRpmSpec(), compression);
    });

    test('verifies, digest by digest', () => {
      expect(output('rpm', '--define', '_pkgverify_level digest', '-Kv', file)).toBe(
        `${file}:\n    Header SHA256 digest: OK\n    Header SHA1 digest: OK\n    Payload SHA256 digest: OK\n`,
      );
      expect(output('rpm', '-K', file)).toBe(`${file}: digests OK\n`);
    });

    test('fails to verify once a byte of header or payload is changed', async () => {
      const { headerRange } = await readRpm(bytesSource(readFileSync(file)));
      const damaged = join(work, 'damaged.rpm');
      for (const offset of [headerRange.end - 100, headerRange.end + 100]) {
        const bytes = readFileSync(file);
        bytes[offset] = (bytes[offset] ?? 0) ^ 1;
        writeFileSync(damaged, bytes);
        expect(output('rpm', '-K', damaged)).toMatch(/ NOT OK$/m);
      }
    });

    test('says to rpm what it says to our reader', async () => {
      const info = await readRpm(bytesSource(readFileSync(file)));
      expect(
        query(file, '%{NEVRA} %{SIZE} %{LICENSE} %{BUILDTIME} %{BUILDHOST} %{SOURCERPM} %{PAYLOADCOMPRESSOR}'),
      ).toBe(
        `node-agent-2:1.3.0~rc.1-2.noarch ${info.installedSize} Apache-2.0 1795219200 distrokit ${info.sourceRpm} ${compression}`,
      );
      expect(query(file, '%{SUMMARY}|%{DESCRIPTION}|%{URL}|%{VENDOR}|%{PACKAGER}|%{GROUP}')).toBe(
        [info.summary, info.description, info.homepage, info.vendor, info.maintainer, info.group].join('|'),
      );
      const lists = [
        ['--requires', info.dependencies.requires],
        ['--provides', info.dependencies.provides],
        ['--conflicts', info.dependencies.conflicts],
        ['--obsoletes', info.dependencies.obsoletes],
        ['--recommends', info.dependencies.recommends],
        ['--suggests', info.dependencies.suggests],
      ] as const;
      for (const [option, relations] of lists) {
        const printed = output('rpm', '-qp', option, file).trim().split('\n');
        expect(printed).toEqual(relations.map(formatRelation));
        expect(printed.length).toBeGreaterThan(0);
      }
      expect(
        query(file, '[%{REQUIRENAME} %{REQUIREFLAGS:deptype}\n]')
          .split('\n')
          .filter((line) => line.startsWith('/bin/sh')),
      ).toEqual(['/bin/sh pre,interp', '/bin/sh post,interp', '/bin/sh preun,interp', '/bin/sh postun,interp']);
    });

    test('lists its files as rpm does', async () => {
      const { files } = await readRpm(bytesSource(readFileSync(file)));
      const tags = 'FILENAMES FILEMODES:octal FILEUSERNAME FILEGROUPNAME FILESIZES FILEMTIMES FILEDIGESTS FILELINKTOS';
      const format = [...tags.split(' '), 'FILEFLAGS:fflags', 'FILECAPS'].map((tag) => `%{${tag}}`).join('|');
      const lines = files.map((each) => {
        const { path, owner, group, size, mtime, sha256 = '', target = '', capabilities = '' } = each;
        const mode = (FILE_TYPES[each.type] | each.mode).toString(8);
        return [path, mode, owner, group, size, mtime, sha256, target, flagsOf(each), capabilities].join('|');
      });
      expect(query(file, `[${format}\n]`).trimEnd().split('\n')).toEqual(lines);
    });

    test('says which file brings the accounts, for rpm 4.19 to hand to systemd-sysusers', () => {
      const brought = output('rpm', '-qp', '--fileprovide', file)
        .split('\n')
        .filter((line) => /\t./.test(line));
      expect(brought).toHaveLength(1);
      expect(brought[0]).toMatch(/^\/usr\/lib\/sysusers.d\/node-agent.conf\t.*user\(node-agent\) = /);
    });

    test('shows its scripts and its changelog, newest first', async () => {
      const { scripts } = await readRpm(bytesSource(readFileSync(file)));
      const names = {
        preInstall: 'preinstall',
        postInstall: 'postinstall',
        preRemove: 'preuninstall',
        postRemove: 'postuninstall',
      };
      const expected = Object.entries(names).map(
        ([kind, name]) => `${name} scriptlet (using /bin/sh):\n${scripts[kind as keyof typeof names] ?? ''}\n`,
      );
      expect(output('rpm', '-qp', '--scripts', file)).toBe(expected.join(''));
      expect(output('rpm', '-qp', '--changelog', file)).toBe(
        '* Sat Nov 21 2026 Harbor <release@harbor.example> - 1.3.0~rc.1-2\n- Second.\n- More.\n\n' +
          '* Sat Nov 21 2026 Harbor <release@harbor.example> - 1.2.3-1\n- First release.\n\n',
      );
    });

    test('unpacks with cpio', async () => {
      const { files } = await readRpm(bytesSource(readFileSync(file)));
      const shipped = files.filter(({ type }) => type !== 'ghost').map(({ path }) => `.${path}`);
      const listed = output('sh', '-c', `rpm2cpio "${file}" | cpio -it --quiet`);
      expect(listed.trimEnd().split('\n')).toEqual(shipped);
      expect(output('sh', '-c', `rpm2cpio "${file}" | cpio -i --quiet --to-stdout ./etc/node-agent.conf`)).toBe(
        'level=info\n',
      );
    });
  },
);

/** The marks of a file as rpm's `fflags` prints them. */
function flagsOf({ type, config, role }: RpmFile): string {
  const marks = { d: role === 'doc', c: config !== undefined, n: config === 'noreplace', g: type === 'ghost' };
  return Object.entries({ ...marks, l: role === 'license' })
    .map(([letter, is]) => (is ? letter : ''))
    .join('');
}

describe.skipIf(requireTools('rpm', 'rpmbuild'))('an rpm that rpmbuild made', () => {
  test('is read by our reader, which is strict about what we write', async () => {
    const spec = join(work, 'other.spec');
    writeFileSync(spec, OTHER_SPEC);
    const define = ['_topdir', '_tmppath', '_builddir'].flatMap((name) => [
      '--define',
      `${name} ${join(work, 'build')}`,
    ]);
    output('rpmbuild', ...define, '--define', '_binary_payload w3.zstdio', '-bb', spec);
    const file = output('find', join(work, 'build/RPMS'), '-name', 'other-*.rpm').trim();
    const { files, ...info } = await readRpm(bytesSource(readFileSync(file)));
    expect(info).toMatchObject({ name: 'other', version: '1.0~rc1', summary: 'Other', compression: 'zstd' });
    expect(files.map(({ path, type, config }) => [path, type, config])).toEqual([
      ['/etc/other.conf', 'file', 'noreplace'],
      ['/usr/bin/other', 'symlink', undefined],
      ['/var/lib/other', 'directory', undefined],
      ['/var/lib/other/state', 'ghost', undefined],
    ]);
  });
});

const OTHER_SPEC = `Name: other
Version: 1.0~rc1
Release: 1
Summary: Other
License: MIT
%global debug_package %{nil}
%description
Other.
%install
mkdir -p %{buildroot}/etc %{buildroot}/usr/bin %{buildroot}/var/lib/other
echo a > %{buildroot}/etc/other.conf
ln -s true %{buildroot}/usr/bin/other
%post
echo
%files
%config(noreplace) /etc/other.conf
/usr/bin/other
%dir /var/lib/other
%ghost /var/lib/other/state
`;

describe.skipIf(requireTools('rpm', 'rpmsign', 'rpmlint', 'gpg') || notRoot)('a signed rpm', () => {
  let unsigned: string;
  let signed: string;
  let keyed: string;

  beforeAll(async () => {
    const home = join(work, 'gnupg');
    mkdirSync(home, { mode: 0o700 });
    const env = { GNUPGHOME: home };
    outputWith(
      env,
      'gpg',
      '--batch',
      '--passphrase',
      '',
      '--quick-gen-key',
      'Test <test@harbor.example>',
      'rsa4096',
      'sign',
      'never',
    );
    writeFileSync(join(work, 'key.asc'), outputWith(env, 'gpg', '--armor', '--export'));
    keyed = join(work, 'keyed');
    output('rpm', '--root', keyed, '--initdb');
    output('rpm', '--root', keyed, '--import', join(work, 'key.asc'));
    unsigned = await make(elfSpec());
    signed = join(work, rpmFileName(elfSpec()));
    writeFileSync(signed, readFileSync(unsigned));
    outputWith(
      env,
      'rpmsign',
      '--define',
      '_gpg_name test@harbor.example',
      '--define',
      '__gpg /usr/bin/gpg',
      '--addsign',
      signed,
    );
  });

  test('verifies at the level that asks for everything; an unsigned one does not', () => {
    const verify = (file: string): string =>
      output('rpm', '--root', keyed, '--define', '_pkgverify_level all', '-K', file);
    expect(verify(signed)).toBe(`${signed}: digests signatures OK\n`);
    expect(verify(unsigned)).toBe(`${unsigned}: digests SIGNATURES NOT OK\n`);
  });

  test('was signed in place and is read by our reader', async () => {
    const before = await readRpm(bytesSource(readFileSync(unsigned)));
    const after = await readRpm(bytesSource(readFileSync(signed)));
    expect(after).toEqual({ ...before, signed: true });
    expect(statSync(signed).size).toBe(statSync(unsigned).size);
  });

  test('has no errors in rpmlint but accepted ones', () => {
    const rc = join(work, 'rpmlintrc');
    writeFileSync(rc, rpmlintrc(elfSpec().overrides));
    const report = output('rpmlint', '--rpmlintrc', rc, signed);
    expect(report).toContain('1 packages and 0 specfiles checked; 0 errors');
    expect(report.split('\n').filter((line) => line.includes(': E: '))).toEqual([]);
  });
});

/** A package like the ones of a release: a program, its configuration and its unit. */
function elfSpec(): PackageSpec<ByteSource> {
  const { files, ...spec } = fullRpmSpec({ arch: 'amd64', version: '1.3.0', epoch: 0, release: '1', relations: {} });
  const program = readFileSync('/usr/bin/true');
  const overrides: readonly LintOverride[] = [
    { tool: 'rpmlint', tag: 'unknown-key', reason: 'the key of a test is not in the database of this machine' },
    { tool: 'rpmlint', tag: 'non-standard-dir-perm', context: '/var/lib/node-agent', reason: 'holds credentials' },
    { tool: 'rpmlint', tag: 'non-readable', context: '/var/lib/node-agent/state', reason: 'holds credentials' },
  ];
  return {
    ...spec,
    overrides,
    files: files
      .filter(({ path }) => !path.endsWith('ä.conf'))
      .map((file) =>
        file.path === '/usr/bin/node-agent' && file.type === 'file' ? { ...file, content: bytesSource(program) } : file,
      ),
  };
}

describe.skipIf(requireTools('rpm', 'dnf', 'getcap', 'systemctl', 'useradd') || notRoot)('in a fresh root', () => {
  let root: RpmRoot;
  const config = '/etc/node-agent.conf';

  const version = (release: string, level: string): PackageSpec<ByteSource> => {
    const spec = fullRpmSpec({ version: '1.3.0', release });
    const content = bytesSource(`level=${level}\n`);
    return {
      ...spec,
      files: spec.files.map((file) => (file.path === config && file.type === 'file' ? { ...file, content } : file)),
    };
  };

  beforeAll(async () => {
    root = await makeRpmRoot(['bash', 'coreutils = 9', 'shadow-utils']);
  });
  afterAll(() => root.remove());

  test('a package with a missing dependency is refused', async () => {
    const file = await make(testSpec({ name: 'needy', relations: { depends: ['missing >= 2'] } }));
    expect(() => root.rpm('-i', file)).toThrow(
      expect.objectContaining({
        stdout: expect.stringContaining('missing >= 2 is needed by needy-1.2.3-1.x86_64') as string,
      }),
    );
  });

  test('installs, with its accounts, capabilities and units', async () => {
    expect(root.rpm('-i', await make(version('1', 'info')))).toMatch(/^pre 1\n(?:.*\n)*post 1\n/);
    expect(root.sh('cd /var/lib/node-agent; id -un node-agent; /usr/bin/agent && echo runs')).toBe(
      'node-agent\nruns\n',
    );
    const owner = statSync(root.path('/var/lib/node-agent'));
    expect([owner.uid, owner.mode & 0o7777]).toEqual([Number(root.sh('id -u node-agent')), 0o2750]);
    expect(output('getcap', root.path('/usr/bin/node-agent'))).toContain('node-agent cap_net_bind_service=ep');
    expect(root.sh('systemctl is-enabled node-agent.service')).toBe('enabled\n');
    expect(existsSync(root.path('/var/lib/node-agent/state'))).toBe(false);
  });

  test('has scripts that do no harm where nothing is that they call', async () => {
    const { scripts } = await readRpm(bytesSource(readFileSync(await make(version('1', 'info')))));
    for (const [kind, text] of Object.entries(scripts)) {
      writeFileSync(root.path('/tmp/script'), text);
      for (const count of [0, 1, 2]) {
        const printed = root.sh(`PATH=/nonexistent /bin/sh /tmp/script ${count}; echo "exit $?"`);
        expect(`${kind} ${count}: ${printed}`).toMatch(/\nexit 0\n$/);
      }
    }
  });

  test('is found clean by rpm -V, and not once a file is changed', () => {
    expect(root.rpm('-V', 'node-agent')).toBe('');
    const state = root.path('/var/lib/node-agent/state');
    writeFileSync(state, 'made by the program', { mode: 0o600 });
    const { uid, gid } = statSync(root.path('/var/lib/node-agent'));
    chownSync(state, uid, gid);
    expect(root.rpm('-V', 'node-agent')).toBe('');
    writeFileSync(root.path(config), 'level=debug\n');
    expect(() => root.rpm('-V', 'node-agent')).toThrow(expect.objectContaining({ stdout: `S.5....T.  c ${config}\n` }));
  });

  test('keeps an edited configuration file when it is upgraded, and runs the scripts in the order of an upgrade', async () => {
    const printed = root.rpm('-U', await make(version('2', 'warning')));
    expect(printed.split('\n').filter((line) => /^(pre|post|preun|postun) \d$/.test(line))).toEqual([
      'pre 2',
      'post 2',
      'preun 1',
      'postun 1',
    ]);
    expect(printed).toContain(`${config} created as ${config}.rpmnew`);
    expect(readFileSync(root.path(config), 'utf8')).toBe('level=debug\n');
    expect(readFileSync(root.path(`${config}.rpmnew`), 'utf8')).toBe('level=warning\n');
    expect(root.sh('systemctl is-enabled node-agent.service')).toBe('enabled\n');
    expect(root.rpm('-q', 'node-agent')).toBe('node-agent-1.3.0-2.noarch\n');
  });

  test('leaves nothing when it is removed but what the administrator changed', () => {
    expect(root.rpm('-e', 'node-agent')).toContain('preun 0\n');
    const left = output('find', root.dir, '-name', '*agent*').trim().split('\n');
    expect(left.map((path) => path.slice(root.dir.length)).sort()).toEqual([`${config}.rpmnew`, `${config}.rpmsave`]);
    expect(root.rpm('-qa')).toBe('base-1.2.3-1.x86_64\n');
  });

  test('a package with a gzip payload installs the same files', async () => {
    root.rpm('-i', await make(version('3', 'info'), 'gzip'));
    expect(root.rpm('-V', 'node-agent')).toBe('');
    root.rpm('-e', 'node-agent');
  });

  test('replaces the package that it obsoletes', async () => {
    root.rpm('-i', await make(testSpec({ name: 'old-agent', version: '0.9.0' })));
    root.rpm('-U', await make(version('4', 'info')));
    expect(root.rpm('-qa').trim().split('\n').sort()).toEqual(['base-1.2.3-1.x86_64', 'node-agent-1.3.0-4.noarch']);
  });

  test('dnf installs a package from a file and says what it has', async () => {
    const file = await make(testSpec({ name: 'by-dnf', relations: { depends: ['node-agent >= 2:1.3.0~rc.1-1'] } }));
    const own = ['--setopt=reposdir=/nonexistent', `--setopt=cachedir=${join(work, 'dnf')}`, '--releasever=9'];
    const printed = output('dnf', '-y', '--installroot', root.dir, '--disablerepo=*', ...own, 'install', file);
    expect(printed).toMatch(/^ by-dnf +x86_64 +1\.2\.3-1 +@commandline/m);
    expect(printed).toContain('Complete!');
    expect(root.rpm('-V', 'by-dnf')).toBe('');
  });
});

describe.skipIf(requireTools('rpm') || notRoot)('a file of more than 4 GiB', () => {
  const size = 2 ** 32 + 5;
  const KIB_PER_MIB = 1024;
  let file: string;
  let before: number;

  beforeAll(async () => {
    before = process.resourceUsage().maxRSS;
    file = await makeLarge(size);
  });

  test('is written and verified in little memory', async () => {
    const info = await readRpm({
      size: statSync(file).size,
      read: () => createReadStream(file, { highWaterMark: 1 << 18 }),
    });
    expect(info.files.find(({ path }) => path === '/usr/bin/a')).toMatchObject({ size });
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(200 * KIB_PER_MIB);
    expect(output('rpm', '-K', file)).toBe(`${file}: digests OK\n`);
    expect(query(file, '%{LONGSIZE} %{LONGARCHIVESIZE}')).toBe(`${info.installedSize} ${info.archiveSize}`);
  });

  test('installs', async () => {
    const root = await makeRpmRoot();
    try {
      root.rpm('-i', file);
      expect(statSync(root.path('/usr/bin/a')).size).toBe(size);
      expect(root.rpm('-V', 'large')).toBe('');
    } finally {
      root.remove();
    }
  });

  /** Zeros, and a digest that is made once ahead, as the store has it. */
  async function makeLarge(length: number): Promise<string> {
    const block = Buffer.alloc(1 << 20);
    const read = async function* (): AsyncGenerator<Uint8Array> {
      for (let left = length; left > 0; left -= block.length) yield block.subarray(0, Math.min(left, block.length));
    };
    const hash = createHash('sha256');
    for await (const chunk of read()) hash.update(chunk);
    const content = { size: length, read, sha256: hash.digest('hex') };
    const files = [
      { type: 'ghost', path: '/etc/a', mode: 0o644, owner: 'root', group: 'root' },
      { type: 'file', path: '/usr/bin/a', mode: 0o755, owner: 'root', group: 'root', content },
    ] as const;
    return make(testSpec({ name: 'large', files }));
  }
});
