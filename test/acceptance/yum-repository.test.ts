import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { signRpm } from '../../packages/core/src/formats/rpm/sign-rpm.ts';
import { writeRpm } from '../../packages/core/src/formats/rpm/write-rpm.ts';
import type { Advisory } from '../../packages/core/src/model/advisory.ts';
import { bytesSource, collect, memorySpool, type Blob } from '../../packages/core/src/model/bytes.ts';
import { sha256Of } from '../../packages/core/src/model/digest.ts';
import type { OpenPgpSigner } from '../../packages/core/src/model/signer.ts';
import type { Compression } from '../../packages/core/src/model/target.ts';
import { applyChange, readerOf } from '../../packages/core/src/publish/apply-change.ts';
import { directoryTarget } from '../../packages/core/src/publish/directory-target.ts';
import type { RepoChange } from '../../packages/core/src/repos/repo-change.ts';
import { changeYumRepository } from '../../packages/core/src/repos/yum/change-yum-repository.ts';
import { parseRepomd } from '../../packages/core/src/repos/yum/repomd.ts';
import { yumRepoFile } from '../../packages/core/src/model/yum-repo-file.ts';
import { describeRpm, type YumPackage } from '../../packages/core/src/repos/yum/yum-package.ts';
import { openPgpSigner } from '../../packages/core/src/supply-chain/signing/openpgp-signer.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { makeOpenPgpKey } from '../support/openpgp-keys.ts';
import { fullSpec, testSpec } from '../support/package-spec.ts';
import { requireTools } from '../support/tools.ts';

const DATE = new Date('2026-11-20T00:00:00Z');

const ADVISORY: Advisory = {
  id: 'HSA-2026-0001',
  type: 'security',
  severity: 'Important',
  title: 'The agent answers <strangers>',
  description: 'A node agent of version 1.2.2 answers without being asked.',
  references: [{ type: 'cve', id: 'CVE-2026-0001', url: 'https://harbor.example/CVE-2026-0001' }],
  packages: ['node-agent'],
};

interface MadePackage {
  readonly about: YumPackage;
  readonly blob: Blob;
}

interface Printed {
  readonly exit: number;
  readonly output: string;
}

describe.skipIf(requireTools('dnf', 'rpm', 'createrepo_c', 'gpg'))('a yum repository', () => {
  let signer: OpenPgpSigner;
  let root: string;
  let server: FileServer;
  let work: string;

  beforeAll(async () => {
    const { privateKey } = await makeOpenPgpKey({ type: 'rsa' });
    signer = await openPgpSigner({ privateKey, date: DATE });
  });

  beforeEach(async () => {
    work = mkdtempSync(join(tmpdir(), 'distrokit-yum-'));
    root = join(work, 'repo');
    mkdirSync(root);
    const served = (server = await serveFiles(root));
    const dir = work;
    onTestFinished(async () => {
      await served[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true, force: true });
    });
  });

  async function make(spec = testSpec({ relations: {} })): Promise<MadePackage> {
    const bytes = await collect(writeRpm(spec, { compression: 'zstd', spool: memorySpool }), 1 << 24);
    const signed = await collect(signRpm(bytesSource(bytes), signer), 1 << 24);
    const blob = { ...bytesSource(signed), sha256: sha256Of(signed) };
    return { about: await describeRpm(blob), blob };
  }

  function change(
    added: readonly MadePackage[],
    { compression = 'zstd', advisories = [] }: { compression?: Compression; advisories?: readonly Advisory[] } = {},
  ): Promise<RepoChange> {
    return changeYumRepository(
      readerOf(directoryTarget(root), ''),
      added.map(({ about }) => about),
      {
        compression,
        date: DATE.getTime() / 1000,
        signer,
        advisories,
        issuer: { from: 'release@harbor.example', collection: 'harbor' },
      },
    );
  }

  async function publish(
    added: readonly MadePackage[],
    options: { compression?: Compression; advisories?: readonly Advisory[] } = {},
  ): Promise<void> {
    const packages = new Map(added.map(({ blob }) => [blob.sha256, blob]));
    const lock = { assertHeld: async (): Promise<void> => {} };
    await applyChange(directoryTarget(root), await change(added, options), { root: '', packages, lock });
  }

  /** dnf on an install root of its own that knows the repository alone, with the key that was published. */
  function dnf(...args: readonly string[]): Promise<Printed> {
    const repos = join(work, 'repos');
    mkdirSync(repos, { recursive: true });
    writeFileSync(join(work, 'key.asc'), signer.certificate);
    const key = `file://${join(work, 'key.asc')}`;
    writeFileSync(join(repos, 'harbor.repo'), yumRepoFile({ id: 'harbor', name: 'Harbor', url: server.url, key }));
    const settings = { reposdir: repos, cachedir: join(work, 'cache'), logdir: work, retries: '1', proxy: '' };
    const options = Object.entries(settings).map(([name, value]) => `--setopt=${name}=${value}`);
    const all = ['-y', '--installroot', join(work, 'root'), '--releasever=9', ...options, ...args];
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', HOME: '/nonexistent', TZ: 'UTC' };
    return new Promise((resolve) => {
      execFile('dnf', all, { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        resolve({
          exit: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1,
          output: stdout + stderr,
        });
      });
    });
  }

  test.each(['gzip', 'zstd'] as const)(
    'is installed from with checked signatures, lists in %s',
    async (compression) => {
      await publish([await make()], { compression });
      await publish(
        [
          await make(testSpec({ version: '1.3.0', relations: {} })),
          await make(testSpec({ name: 'docs', arch: 'all' })),
        ],
        {
          compression,
          advisories: [ADVISORY],
        },
      );
      const installed = await dnf('install', 'node-agent-1.2.3', 'docs');
      expect(installed).toMatchObject({ exit: 0, output: expect.stringMatching(/Complete!/u) as string });
      expect(readFileSync(join(work, 'root/usr/bin/node-agent'), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
      const info = await dnf('updateinfo', 'info', '--security');
      expect(info.output).toMatch(
        /Update ID: HSA-2026-0001[^]*Type: security[^]*CVEs: CVE-2026-0001[^]*Severity: Important/u,
      );
      const list = await dnf('updateinfo', 'list');
      expect(list.output).toMatch(/HSA-2026-0001\s+Important\/Sec\.\s+node-agent-1\.3\.0-1\.x86_64/u);
      expect(await dnf('upgrade', '--security')).toMatchObject({ exit: 0 });
      expect((await dnf('list', '--installed')).output).toMatch(/node-agent\.x86_64\s+1\.3\.0-1/u);
    },
  );

  test('says of its packages what createrepo_c says', async () => {
    const packages = [
      await make(
        fullSpec({ relations: { depends: ['curl >= 7', '(systemd or shadow-utils)'], provides: ['agent = 1.3'] } }),
      ),
      await make(testSpec({ name: 'docs', arch: 'all', epoch: 2, summary: 'documents & <more>' })),
    ];
    await publish(packages, { compression: 'gzip' });
    const theirs = join(work, 'theirs');
    cpSync(join(root, 'Packages'), join(theirs, 'Packages'), { recursive: true });
    execFileSync('createrepo_c', ['--quiet', '--no-database', '--general-compress-type=gz', theirs]);
    for (const list of ['primary', 'filelists', 'other']) {
      expect(listOf(root, list)).toEqual(listOf(theirs, list));
    }
  });

  test('with any list, package or signature changed is refused', async () => {
    await publish([await make()]);
    const repomd = readFileSync(join(root, 'repodata/repomd.xml'), 'utf8');
    const primary = parseRepomd(repomd).lists.find(({ type }) => type === 'primary')?.href ?? '';
    for (const file of [
      'repodata/repomd.xml',
      'repodata/repomd.xml.asc',
      primary,
      'Packages/n/node-agent-1.2.3-1.x86_64.rpm',
    ]) {
      const path = join(root, file);
      const good = readFileSync(path);
      const bad = Buffer.from(good);
      const at = file.endsWith('.xml') ? good.indexOf('<revision>') + 10 : good.length >> 1;
      bad[at] = bad[at] === 0x31 ? 0x32 : 0x31;
      writeFileSync(path, bad);
      rmSync(join(work, 'cache'), { recursive: true, force: true });
      expect({ file, ...(await dnf('install', 'node-agent')) }).toMatchObject({ file, exit: 1 });
      writeFileSync(path, good);
    }
    rmSync(join(work, 'cache'), { recursive: true, force: true });
    expect(await dnf('install', 'node-agent')).toMatchObject({ exit: 0 });
  });

  test('changes nothing when nothing is new, keeps three states, and refuses other bytes under a name', async () => {
    const made = await make();
    await publish([made]);
    expect(await change([made])).toMatchObject({ indexes: [], entries: [], obsolete: [] });
    const other = await make(testSpec({ relations: {}, summary: 'something else under the same version' }));
    await expect(change([other])).rejects.toMatchObject({ problems: [{ code: 'PUBLISH_CONFLICT' }] });
    for (let minor = 0; minor < 6; minor += 1) await publish([await make(testSpec({ version: `2.${minor}.0` }))]);
    const files = await directoryTarget(root).list('repodata/');
    // Three lists in each of three states, and what says so; key, signature and entry.
    expect(files.length).toBe(3 * 3 + 4);
    expect(await change([made])).toEqual(await change([made]));
  });
});

/** The packages of a list, each as its sorted lines, without what a repository may say as it likes. */
function listOf(root: string, list: string): readonly (readonly string[])[] {
  const repomd = readFileSync(join(root, 'repodata/repomd.xml'), 'utf8');
  const href = new RegExp(`href="([^"]*-${list}\\.xml\\.gz)"`, 'u').exec(repomd)?.[1] ?? '';
  const text = gunzipSync(readFileSync(join(root, href))).toString();
  return [...text.matchAll(/<package [^]*?<\/package>/gu)]
    .map(([element]) =>
      element
        .replaceAll(/<time [^>]*>|\s*<(\w|:)+\/>/gu, '')
        .replaceAll(/<(rpm:\w+|\w+)><\/\1>/gu, '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .sort((a, b) => (a < b ? -1 : 1)),
    )
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}
