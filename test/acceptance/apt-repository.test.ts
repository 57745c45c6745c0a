import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { writeDeb } from '../../packages/core/src/formats/deb/write.ts';
import { bytesSource, collect, memorySpool, type Blob } from '../../packages/core/src/model/bytes.ts';
import { compareText } from '../../packages/core/src/model/json.ts';
import { sha256Of } from '../../packages/core/src/model/digest.ts';
import type { PackageSpec } from '../../packages/core/src/model/package-spec.ts';
import type { OpenPgpSigner } from '../../packages/core/src/model/signer.ts';
import { applyChange, readerOf } from '../../packages/core/src/publish/apply-change.ts';
import { directoryTarget } from '../../packages/core/src/publish/directory-target.ts';
import { describeDeb, type AptPackage } from '../../packages/core/src/repos/apt/apt-package.ts';
import { aptSources } from '../../packages/core/src/model/apt-sources.ts';
import { changeAptRepository } from '../../packages/core/src/repos/apt/change-apt-repository.ts';
import { readAptSuite } from '../../packages/core/src/repos/apt/read-apt-suite.ts';
import type { RepoChange } from '../../packages/core/src/repos/repo-change.ts';
import { openPgpSigner } from '../../packages/core/src/supply-chain/signing/openpgp-signer.ts';
import { aptClient, type AptClient } from '../support/apt-client.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { makeOpenPgpKey } from '../support/openpgp-keys.ts';
import { testSpec } from '../support/package-spec.ts';
import { requireTools } from '../support/tools.ts';

const DATE = new Date('2026-11-20T00:00:00Z');

interface MadePackage {
  readonly about: AptPackage;
  readonly blob: Blob;
}

async function makeDeb(overrides: Partial<PackageSpec<ReturnType<typeof bytesSource>>> = {}): Promise<MadePackage> {
  const bytes = await collect(writeDeb(testSpec(overrides), { compression: 'zstd', spool: memorySpool }), 1 << 24);
  const blob = { ...bytesSource(bytes), sha256: sha256Of(bytes) };
  return { about: await describeDeb(blob), blob };
}

describe.skipIf(requireTools('apt-get', 'gpg', 'apt-ftparchive'))('an apt repository', () => {
  let signer: OpenPgpSigner;
  let root: string;
  let server: FileServer;
  let keyring: string;
  let keys: string;

  beforeAll(async () => {
    const { privateKey } = await makeOpenPgpKey({ type: 'rsa' });
    signer = await openPgpSigner({ privateKey, date: DATE });
    keys = mkdtempSync(join(tmpdir(), 'distrokit-apt-keys-'));
    keyring = join(keys, 'harbor.asc');
    writeFileSync(keyring, signer.certificate);
  });
  afterAll(() => rmSync(keys, { recursive: true, force: true }));

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'distrokit-apt-repo-'));
    const served = (server = await serveFiles(root));
    onTestFinished(async () => {
      await served[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true });
    });
  });

  const change = (added: readonly MadePackage[], date = DATE): Promise<RepoChange> =>
    changeAptRepository(
      readerOf(directoryTarget(root), ''),
      added.map(({ about }) => about),
      {
        suite: 'stable',
        origin: 'Harbor',
        label: 'Harbor',
        description: 'Kubernetes of the harbor',
        architectures: ['amd64', 'arm64'],
        date: date.getTime() / 1000,
        signer,
      },
    );

  const publish = async (...added: readonly MadePackage[]): Promise<RepoChange> => {
    const made = await change(added);
    const packages = new Map(added.map(({ blob }) => [blob.sha256, blob]));
    await applyChange(directoryTarget(root), made, { root: '', packages, lock: { assertHeld: async () => {} } });
    return made;
  };

  const client = (signedBy = keyring, arch = 'amd64'): AptClient => {
    const made = aptClient(aptSources({ url: server.url, suite: 'stable', signedBy }), arch);
    onTestFinished(() => made[Symbol.dispose]());
    return made;
  };

  test('is updated from, listed and downloaded from, by digest', async () => {
    await publish(await makeDeb(), await makeDeb({ name: 'docs', arch: 'all' }), await makeDeb({ arch: 'arm64' }));
    await publish(await makeDeb({ version: '1.3.0-rc.1' }), await makeDeb({ version: '0.9.0', epoch: 1 }));
    const apt = client();
    expect(await apt.get('update')).toMatchObject({ exit: 0, output: expect.not.stringContaining('W:') as string });
    expect(server.asked.some((path) => path.includes('/by-hash/SHA256/'))).toBe(true);
    const policy = await apt.cache('policy', 'node-agent');
    expect(policy).toContain('Candidate: 1:0.9.0-1');
    expect(policy).toMatch(/1\.3\.0~rc\.1-1[^]*1\.2\.3-1/u);
    expect(await apt.get('download', 'node-agent', 'docs')).toMatchObject({ exit: 0 });
    expect(readdirSync(apt.dir).filter((name) => name.endsWith('.deb'))).toEqual([
      'docs_1.2.3-1_all.deb',
      'node-agent_1%3a0.9.0-1_amd64.deb',
    ]);
    const other = client(keyring, 'arm64');
    expect((await other.get('update')).exit).toBe(0);
    expect(await other.cache('policy', 'node-agent')).toContain('Candidate: 1.2.3-1');
    expect(await other.cache('policy', 'docs')).toContain('Candidate: 1.2.3-1');
  });

  test('says of its packages what apt-ftparchive says', async () => {
    await publish(await makeDeb(), await makeDeb({ version: '1.10.0' }), await makeDeb({ name: 'other' }));
    const theirs = execFileSync('apt-ftparchive', ['packages', 'pool'], { cwd: root, encoding: 'utf8' });
    const packed = readdirSync(join(root, 'dists/stable/main/binary-amd64'));
    expect(packed.sort()).toEqual(['Packages.gz', 'Release', 'by-hash']);
    const ours = execFileSync('zcat', [join(root, 'dists/stable/main/binary-amd64/Packages.gz')], { encoding: 'utf8' });
    expect(fieldsOf(ours)).toEqual(fieldsOf(theirs));
    const contents = execFileSync('zcat', [join(root, 'dists/stable/main/Contents-amd64.gz')], { encoding: 'utf8' });
    const theirContents = execFileSync('apt-ftparchive', ['contents', 'pool'], { cwd: root, encoding: 'utf8' });
    const lines = (text: string): readonly string[] =>
      text
        .trim()
        .split('\n')
        .map((line) => line.replace(/\s+/u, ' ').replaceAll('admin/', ''))
        .sort();
    expect(lines(contents)).toEqual(lines(theirContents));
  });

  test('with any index or package changed is refused', async () => {
    const made = await makeDeb();
    await publish(made);
    const pool = join(root, 'pool/main/n/node-agent/node-agent_1.2.3-1_amd64.deb');
    const suite = join(root, 'dists/stable');
    const { sha256 } = (await readAptSuite(readerOf(directoryTarget(root), ''), 'stable'))?.indexes.get(
      'main/binary-amd64/Packages.gz',
    ) ?? { sha256: '' };
    const damage: readonly (readonly [string, RegExp])[] = [
      [join(suite, 'InRelease'), /is not signed|BADSIG|not signed|clearsigned|Splitting/u],
      [join(suite, 'main/binary-amd64/by-hash/SHA256', sha256), /Hash Sum mismatch/u],
      [pool, /Hash Sum mismatch/u],
    ];
    for (const [file, said] of damage) {
      const good = readFileSync(file);
      const bad = new Uint8Array(good);
      const at = file.endsWith('InRelease') ? good.indexOf('Origin: H') + 8 : Math.floor(good.length / 2);
      bad[at] = (bad[at] ?? 0) ^ 1;
      const apt = client();
      writeFileSync(file, bad);
      const update = await apt.get('update', '-o', 'APT::Update::Error-Mode=any');
      const download = await apt.get('download', 'node-agent');
      expect(update.output + download.output).toMatch(said);
      expect(update.exit + download.exit).toBeGreaterThan(0);
      writeFileSync(file, good);
    }
    const stranger = join(keys, 'stranger.asc');
    writeFileSync(stranger, (await makeOpenPgpKey({ type: 'rsa' })).publicKey);
    const refused = await client(stranger).get('update', '-o', 'APT::Update::Error-Mode=any');
    expect(refused).toMatchObject({ exit: 100, output: expect.stringContaining('NO_PUBKEY') as string });
  });

  test('is read by a client in a loop during publications without a mismatch', async () => {
    await publish(await makeDeb());
    const publishing = { isOver: false };
    const updating = (async (): Promise<readonly string[]> => {
      const failures: string[] = [];
      const apt = client();
      while (!publishing.isOver) {
        apt.forget();
        const { exit, output } = await apt.get('update', '-o', 'APT::Update::Error-Mode=any');
        if (exit !== 0) failures.push(output);
      }
      return failures;
    })();
    for (let index = 1; index <= 50; index += 1) await publish(await makeDeb({ version: `2.${index}.0` }));
    publishing.isOver = true;
    expect(await updating).toEqual([]);
    const apt = client();
    await apt.get('update');
    expect(await apt.cache('policy', 'node-agent')).toContain('Candidate: 2.50.0-1');
    // Four states of six indexes and of the component's, not fifty.
    expect(readdirSync(join(root, 'dists/stable/main/binary-amd64/by-hash/SHA256')).length).toBeLessThan(16);
  });

  test('changes nothing when nothing is new, and refuses other bytes under a name', async () => {
    const made = await makeDeb();
    await publish(made);
    expect(await change([made])).toMatchObject({ indexes: [], entries: [], obsolete: [] });
    const other = await makeDeb({ summary: 'something else under the same version' });
    await expect(change([other])).rejects.toMatchObject({
      problems: [
        { code: 'PUBLISH_CONFLICT', message: expect.stringContaining('node-agent_1.2.3-1_amd64.deb') as string },
      ],
    });
  });

  test('gives the same bytes again', async () => {
    const packages = [await makeDeb(), await makeDeb({ name: 'other' })];
    const [one, two] = [await change(packages), await change(packages)];
    expect(two).toEqual(one);
  });

  test('goes on after a publication that was cut short anywhere', async () => {
    const [first, second] = [await makeDeb(), await makeDeb({ version: '2.0.0' })];
    await publish(first);
    const whole = await change([second]);
    const writes = whole.indexes.length + whole.entries.length;
    for (let cut = 0; cut < writes; cut += 1) {
      rmSync(join(root, 'dists'), { recursive: true });
      rmSync(join(root, 'pool'), { recursive: true });
      await publish(first);
      const made = await change([second]);
      const short = {
        ...made,
        indexes: made.indexes.slice(0, cut),
        entries: made.entries.slice(0, Math.max(0, cut - made.indexes.length)),
        obsolete: [],
      };
      const packages = new Map([[second.blob.sha256, second.blob]]);
      await applyChange(directoryTarget(root), short, { root: '', packages, lock: { assertHeld: async () => {} } });
      const reader = readerOf(directoryTarget(root), '');
      expect((await readAptSuite(reader, 'stable'))?.packages.get('amd64')?.size).toBe(1);
      await publish(second);
      const after = await readAptSuite(reader, 'stable');
      expect(after?.packages.get('amd64')?.size).toBe(2);
      expect(after?.isWhole).toBe(true);
    }
  });
});

/** Each paragraph's fields in order, without those of sums that we do not write. */
function fieldsOf(index: string): ReadonlySet<string> {
  const paragraphs = index.trim().split(/\n\n+/u);
  const others = /^(MD5sum|SHA1|SHA512): .*\n?/gmu;
  return new Set(
    paragraphs.map((text) => {
      const fields = text.replaceAll(others, '').split(/\n(?! )/u);
      return fields
        .filter((field) => field !== '')
        .sort(compareText)
        .join('\n');
    }),
  );
}
