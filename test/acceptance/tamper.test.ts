import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trustedKeys, verify } from '@distrokit/core/toolkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobKinds } from '../support/blob-kinds.ts';
import { randomFrom } from '../support/random.ts';
import { newSigner, type SignedDistro, signedDistro } from '../support/signed-distro.ts';
import { requireTools } from '../support/tools.ts';

/** `DISTROKIT_TAMPER_SEED` repeats the offsets of an earlier run. */
const SEED = Number(process.env['DISTROKIT_TAMPER_SEED'] ?? Date.now() % 1_000_000);

type Keys = Awaited<ReturnType<typeof trustedKeys>>;

describe.skipIf(requireTools('go'))(`a signed release, changed at offsets of seed ${SEED}`, () => {
  let small: SignedDistro;
  let dist: string;
  let keys: Keys;
  let files: readonly string[];
  let blobs: ReadonlyMap<string, string>;

  beforeAll(async () => {
    small = await signedDistro();
    dist = await small.release('dist');
    keys = await trustedKeys([small.signer.certificate, small.signer.imageKey]);
    const entries = await readdir(dist, { recursive: true, withFileTypes: true });
    files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1))
      .sort();
    blobs = await blobKinds(join(dist, 'images'));
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

  /** One file of each kind: of each directory and ending, and what a blob is. */
  function sample(random: () => number): readonly string[] {
    const kinds = Map.groupBy(files, (file) => {
      const kind = blobs.get(file.replace('images/', ''));
      if (kind !== undefined) return kind;
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
    const named = [small.signer.certificate, small.signer.imageKey];
    expect(await small.cli(['verify', dist, '--key', ...named])).toMatchObject({ code: 0 });
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
    const kinds = [...new Set(blobs.values())].join('\n');
    for (const kind of ['image.index', 'image.manifest', 'image.config', 'image.layer', 'simplesigning', 'dsse']) {
      expect(kinds).toContain(kind);
    }
    expect([...blobs.keys()].sort()).toEqual(
      files.flatMap((file) => (file.startsWith('images/blobs/') ? [file.slice('images/'.length)] : [])),
    );
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
    const stranger = await newSigner(small.dir, 'stranger');
    const said = await verified(await trustedKeys([stranger.certificate, stranger.imageKey]));
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

  test('made anew by a stranger is whole, and refused by its signatures whatever is put back', async () => {
    const stranger = await newSigner(small.dir, 'forger');
    const replace = { "'Small 1.2.3\\n'": "'Small, forged\\n'" };
    const forged = await small.release('forged', { replace, signer: stranger });
    const problems = async (): Promise<string> =>
      (await verify({ release: forged, keys })).map(({ message }) => message).join('\n');
    expect(await verify({ release: forged })).toEqual([]);
    const said = await problems();
    for (const file of ['SHA256SUMS.asc', 'InRelease', 'Release.gpg', 'repomd.xml.asc', '.rpm', '.intoto.jsonl']) {
      expect(said).toContain(file);
    }
    // The true signature of other sums, and with it everything that is signed and still the same.
    await rm(join(forged, 'SHA256SUMS.asc'));
    await cp(join(dist, 'SHA256SUMS.asc'), join(forged, 'SHA256SUMS.asc'));
    expect(await problems()).toContain('SHA256SUMS');
    await rm(join(forged, 'SHA256SUMS'));
    await cp(join(dist, 'SHA256SUMS'), join(forged, 'SHA256SUMS'));
    expect(await problems()).toContain('release.json');
  });
});
