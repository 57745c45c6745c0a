import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trustedKeys, verify } from '@distrokit/core/toolkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeOpenPgpKey } from '../support/openpgp-keys.ts';
import { randomFrom } from '../support/random.ts';
import { type SmallDistro, smallDistro } from '../support/small-distro.ts';
import { requireTools } from '../support/tools.ts';

/** `DISTROKIT_TAMPER_SEED` repeats the offsets of an earlier run. */
const SEED = Number(process.env['DISTROKIT_TAMPER_SEED'] ?? Date.now() % 1_000_000);

const IMAGE = "new Image(small, 'about', { files: { '/etc/about': text('about\\n') }, tag: '1' });";

type Keys = Awaited<ReturnType<typeof trustedKeys>>;

describe.skipIf(requireTools('go'))(`a signed release, changed at offsets of seed ${SEED}`, () => {
  let small: SmallDistro;
  let dist: string;
  let keys: Keys;
  let files: readonly string[];

  beforeAll(async () => {
    small = await smallDistro();
    dist = join(small.appDir, 'dist');
    const [openPgp, image] = [
      await makeOpenPgpKey({ type: 'rsa' }),
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ];
    const held = {
      'openpgp.asc': openPgp.privateKey,
      'openpgp.pub': openPgp.publicKey,
      'image.pem': String(image.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      'image.pub': String(image.publicKey.export({ type: 'spki', format: 'pem' })),
    };
    for (const [name, content] of Object.entries(held))
      await writeFile(join(small.dir, name), content, { mode: 0o600 });
    const env = {
      DISTROKIT_OPENPGP_KEY: join(small.dir, 'openpgp.asc'),
      DISTROKIT_IMAGE_KEY: join(small.dir, 'image.pem'),
    };
    await small.writeApp({ body: IMAGE, replace: { 'AddOn,': 'AddOn, Image,' } });
    expect(await small.cli(['lock'])).toMatchObject({ code: 0 });
    expect(await small.cli(['synth'], { env })).toMatchObject({ code: 0 });
    keys = await trustedKeys(['openpgp.pub', 'image.pub'].map((name) => join(small.dir, name)));
    const entries = await readdir(dist, { recursive: true, withFileTypes: true });
    files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1))
      .sort();
  });
  afterAll(() => small[Symbol.asyncDispose]());

  /** What `verify` says while `change` is in force. */
  async function verified(trusted: Keys = keys): Promise<string> {
    const problems = await verify({ release: dist, keys: trusted });
    return problems.map(({ code, message }) => `${code} ${message}`).join('\n');
  }

  /** What `verify` says of the release with other bytes in a file. */
  async function changed(file: string, change: (bytes: Buffer) => Uint8Array | undefined): Promise<string> {
    const path = join(dist, file);
    const good = await readFile(path);
    const bad = change(Buffer.from(good));
    // Not written over: a package and its place in a repository are one file.
    await rm(path);
    try {
      if (bad !== undefined) await writeFile(path, bad);
      return await verified();
    } finally {
      await writeFile(path, good);
    }
  }

  /** One file of each kind: of each directory and ending. */
  function sample(random: () => number): readonly string[] {
    const kinds = Map.groupBy(files, (file) => {
      const name = file.slice(file.lastIndexOf('/') + 1);
      return `${file.slice(0, -name.length)} ${name
        .replace(/^[0-9a-f]{64}-/u, '')
        .split('.')
        .slice(1)
        .join('.')}`;
    });
    return [...kinds.values()].flatMap((all) => all[Math.floor(random() * all.length)] ?? []);
  }

  test('is right as it is, with its keys and without', async () => {
    expect(await verified()).toBe('');
    expect(await verified({})).toBe('');
    const named = ['openpgp.pub', 'image.pub'].map((name) => join(small.dir, name));
    expect(await small.cli(['verify', '--key', ...named])).toMatchObject({ code: 0 });
  });

  test('has files of every kind', () => {
    for (const kind of [
      /^SHA256SUMS\.asc$/u,
      /\.deb$/u,
      /\.rpm$/u,
      /^images\/blobs\//u,
      /^manifests\//u,
      /^installers\//u,
      /\.cdx\.json$/u,
      /\.intoto\.jsonl$/u,
      /InRelease$/u,
      /primary\.xml/u,
      /updateinfo\.xml/u,
      /repomd\.xml\.asc$/u,
    ]) {
      expect(files).toContainEqual(expect.stringMatching(kind));
    }
  });

  test('is found wrong when a byte of any kind of file is changed, and the file is named', async () => {
    const random = randomFrom(SEED);
    for (const file of sample(random)) {
      const said = await changed(file, (bytes) => {
        const offset = Math.floor(random() * bytes.length);
        bytes[offset] = (bytes[offset] ?? 0) ^ (1 << Math.floor(random() * 8));
        return bytes;
      });
      // What says how everything should be is contradicted by everything.
      const isAbout = /^(release\.json|SHA256SUMS)/u.test(file);
      expect({ file, said }).toMatchObject({ said: expect.stringContaining(isAbout ? '_' : file) as string });
    }
  });

  test('is found wrong when a file is missing, cut short or too many', async () => {
    const random = randomFrom(SEED);
    for (const file of [...sample(random).filter(() => random() < 0.3), 'SHA256SUMS', 'SHA256SUMS.asc']) {
      if (file === 'release.json') continue;
      expect(await changed(file, () => undefined)).toContain(file);
      expect(await changed(file, (bytes) => bytes.subarray(0, -1))).toContain(file);
    }
    await writeFile(join(dist, 'images/extra'), '');
    expect(await verified()).toContain('images/extra');
    await rm(join(dist, 'images/extra'));
  });

  test('signed by others is refused, and unsigned where signatures are asked for', async () => {
    const stranger = await makeOpenPgpKey({ type: 'rsa' });
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });
    const said = await verified({ openPgp: [stranger.publicKey], images: [String(other)] });
    for (const file of [
      'SHA256SUMS.asc',
      'InRelease',
      'Release.gpg',
      'repomd.xml.asc',
      '.rpm',
      'about:1',
      '.intoto.jsonl',
    ]) {
      expect(said).toContain(file);
    }
    await small.cli(['synth', '--output', join(small.dir, 'unsigned')]);
    const problems = await verify({ release: join(small.dir, 'unsigned'), keys });
    const missing = problems.filter(({ code }) => code === 'SIGNATURE_INVALID').map(({ message }) => message);
    for (const file of [
      'SHA256SUMS.asc is missing',
      'InRelease is missing',
      'the rpm is not signed',
      'about:1 is missing',
    ]) {
      expect(missing).toContainEqual(expect.stringContaining(file));
    }
  });
});
