import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { directoryTarget } from '../../packages/core/src/publish/directory-target.ts';
import { readerOf } from '../../packages/core/src/publish/apply-change.ts';
import { readAptSuite } from '../../packages/core/src/repos/apt/read-apt-suite.ts';
import { readYumRepository } from '../../packages/core/src/repos/yum/read-yum-repository.ts';
import { verifyClearSigned } from '../../packages/core/src/supply-chain/signing/verify-openpgp.ts';
import { aptSources } from '../../packages/core/src/model/apt-sources.ts';
import { aptClient } from '../support/apt-client.ts';
import { fileTree } from '../support/file-tree.ts';
import { makeOpenPgpKey } from '../support/openpgp-keys.ts';
import { randomFrom } from '../support/random.ts';
import type { CliResult } from '../support/run-cli.ts';
import { startS3Server } from '../support/s3-server.ts';
import { type SmallDistro, smallDistro } from '../support/small-distro.ts';
import { requireTools } from '../support/tools.ts';

/** `DISTROKIT_KILL_SEED` repeats the moments of an earlier run. */
const SEED = Number(process.env['DISTROKIT_KILL_SEED'] ?? Date.now() % 1_000_000);
const KILLS = 20;
const VERSIONS = ['1.2.3', '1.2.4', '1.2.5'] as const;

describe.skipIf(requireTools('go', 'apt-get', 'gpgv'))(`publishing, with moments of seed ${SEED}`, () => {
  let small: SmallDistro;
  let certificate: string;
  let keys: Readonly<Record<string, string>>;
  const release = (version: string): string => join(small.dir, `release-${version}`);

  beforeAll(async () => {
    small = await smallDistro();
    const made = await makeOpenPgpKey({ type: 'rsa' });
    certificate = made.publicKey;
    const file = join(small.dir, 'key.asc');
    await writeFile(file, made.privateKey, { mode: 0o600 });
    keys = { DISTROKIT_OPENPGP_KEY: file };
    expect(await small.cli(['lock'])).toMatchObject({ code: 0 });
    for (const version of VERSIONS) {
      await small.writeApp({ replace: { "version: '1.2.3'": `version: '${version}'` } });
      expect(await small.cli(['synth', '--output', release(version)], { env: keys })).toMatchObject({ code: 0 });
    }
  });
  afterAll(() => small[Symbol.asyncDispose]());

  const publish = (to: string, version: string, ...more: readonly string[]): Promise<CliResult> =>
    small.cli(['publish', to, release(version), ...more], { env: keys });

  async function newSite(): Promise<string> {
    const site = await mkdtemp(join(small.dir, 'site-'));
    onTestFinished(() => rm(site, { recursive: true, force: true }));
    return site;
  }

  /** What clients of a site see: strictly read, its signatures checked. */
  async function stateOf(site: string): Promise<unknown> {
    const target = directoryTarget(site);
    const suite = await readAptSuite(readerOf(target, 'apt/'), 'stable');
    const yum = await readYumRepository(readerOf(target, 'yum/'));
    const inRelease = await readFile(join(site, 'apt/dists/stable/InRelease'), 'utf8');
    await verifyClearSigned(inRelease, { certificates: [certificate], date: new Date('2027-01-01') });
    const pool = [...(suite?.packages.values() ?? [])].flatMap((packages) => [...packages.values()]);
    for (const { filename, sha256 } of pool) {
      expect((await target.describe(`apt/${filename}`))?.sha256).toBe(sha256);
    }
    for (const { href, sha256 } of yum?.packages.values() ?? []) {
      expect((await target.describe(`yum/${href}`))?.sha256).toBe(sha256);
    }
    expect([...(yum?.advisories.keys() ?? [])]).toEqual(['SSA-2026-1']);
    return [[...new Set(pool.map(({ filename }) => filename))].sort(), [...(yum?.packages.keys() ?? [])].sort()];
  }

  test(`killed ${KILLS} times, a site shows the old state or the new one, and the next run makes the new one`, async () => {
    const random = randomFrom(SEED);
    const site = await newSite();
    const [old, next] = VERSIONS;
    expect(await publish(site, old)).toMatchObject({ code: 0 });
    const before = await stateOf(site);
    const begin = performance.now();
    const whole = await newSite();
    for (const version of [old, next]) expect(await publish(whole, version)).toMatchObject({ code: 0 });
    const after = await stateOf(whole);
    const ms = (performance.now() - begin) / 2;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const timers = new AbortController();
      await small.cli(['publish', site, release(next)], {
        env: keys,
        detached: true,
        onStart: ({ pid }) =>
          void sleep(ms * random(), undefined, { signal: timers.signal }).then(
            () => pid !== undefined && process.kill(-pid, 'SIGKILL'),
            () => {},
          ),
      });
      timers.abort();
      expect([before, after]).toContainEqual(await stateOf(site));
    }
    expect(await publish(site, next)).toMatchObject({ code: 0 });
    expect(await stateOf(site)).toEqual(after);
    for (const version of [old, next]) {
      expect(await fileTree(join(site, 'releases/small', version))).toEqual(await fileTree(release(version)));
    }
  });

  test('two at once leave what one after the other leaves', async () => {
    const [site, other] = [await newSite(), await newSite()];
    const [first, ...rest] = VERSIONS;
    for (const place of [site, other]) expect(await publish(place, first)).toMatchObject({ code: 0 });
    const both = await Promise.all(rest.map((version) => publish(site, version)));
    expect(both).toMatchObject([{ code: 0 }, { code: 0 }]);
    for (const version of rest) expect(await publish(other, version)).toMatchObject({ code: 0 });
    expect(await stateOf(site)).toEqual(await stateOf(other));
  });

  test('to S3, again and again, without a word of the secret', async () => {
    await using server = await startS3Server();
    const to = `s3://${server.bucket}/site`;
    const env = { ...keys, ...server.env };
    for (const version of VERSIONS) {
      expect(await small.cli(['publish', to, release(version)], { env })).toMatchObject({ code: 0 });
    }
    expect(await small.cli(['publish', to, release(VERSIONS[0])], { env })).toMatchObject({
      code: 0,
      err: expect.stringContaining('is there already') as string,
    });
    expect((await small.cli(['publish', to, release(VERSIONS[0])], { env })).err).not.toContain('a-secret-of-the-test');
  });

  test('a published site serves apt with Signed-By, and a dry run writes nothing', async () => {
    const site = await newSite();
    const dry = await publish(site, VERSIONS[0], '--dry-run');
    expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('apt/dists/stable/InRelease') as string });
    expect(await readdir(site)).toEqual([]);
    for (const version of VERSIONS) expect(await publish(site, version)).toMatchObject({ code: 0 });
    const keyring = join(small.dir, 'keyring.asc');
    await writeFile(keyring, certificate);
    using apt = aptClient(aptSources({ url: `file://${site}/apt`, suite: 'stable', signedBy: keyring }));
    expect(await apt.get('update', '-o', 'APT::Update::Error-Mode=any')).toMatchObject({ exit: 0 });
  });

  test('bundles give releases back, whole or on top of an older one', async () => {
    const [old, next] = VERSIONS;
    const [whole, lean] = [join(small.dir, 'whole.tar'), join(small.dir, 'lean.tar')];
    expect(await small.cli(['bundle', release(next), '--output', whole])).toMatchObject({ code: 0 });
    expect(await small.cli(['bundle', release(next), '--output', lean, '--minus', release(old)])).toMatchObject({
      code: 0,
    });
    for (const [file, more] of [
      [whole, []],
      [lean, ['--old', release(old)]],
    ] as const) {
      const output = join(small.dir, 'loaded');
      expect(await small.cli(['verify', file, ...more])).toMatchObject({ code: 0 });
      expect(await small.cli(['load', file, '--output', output, ...more])).toMatchObject({ code: 0 });
      expect(await fileTree(output)).toEqual(await fileTree(release(next)));
    }
    expect(await small.cli(['load', lean, '--output', join(small.dir, 'nothing')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('--old') as string,
    });
  });

  test('the same key makes the same release again, and its private part is nowhere in it', async () => {
    const again = join(small.dir, 'again');
    await small.writeApp();
    const store = join(small.dir, 'other-store');
    expect(await small.cli(['synth', '--output', again, '--store', store], { env: keys })).toMatchObject({ code: 0 });
    expect(await fileTree(again)).toEqual(await fileTree(release(VERSIONS[0])));
    // A line in the middle of the key's base64.
    const secret = (await readFile(join(small.dir, 'key.asc'), 'utf8')).split('\n')[8] ?? '';
    expect(secret.length).toBeGreaterThan(40);
    for (const entry of await readdir(again, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      expect(await readFile(join(entry.parentPath, entry.name), 'latin1')).not.toContain(secret);
    }
  });
});
