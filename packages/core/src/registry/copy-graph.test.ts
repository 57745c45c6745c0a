import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { made, type Made, randomLayer, writeImage, writeIndex } from '../../../../test/support/oci-content.ts';
import { bytesSource, collect } from '../model/bytes.ts';
import type { ContentSink } from './content.ts';
import { copyGraph, type TransferEvent } from './copy-graph.ts';
import { type LayoutDirectory, openLayoutDirectory } from './layout-directory.ts';
import { newLimit } from './limit.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

let dir: string;
let source: LayoutDirectory;
let sink: LayoutDirectory;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'copy-graph-'));
  source = openLayoutDirectory(join(dir, 'source'));
  sink = openLayoutDirectory(join(dir, 'sink'));
});
afterEach(() => rm(dir, { recursive: true }));

const blobFile = (layout: string, { descriptor }: Made): string =>
  join(dir, layout, 'blobs', ...descriptor.digest.split(':'));
const blobsIn = async (layout: string): Promise<string[]> => (await readdir(join(dir, layout, 'blobs/sha256'))).sort();

describe('copyGraph', () => {
  test('copies each blob once, children first, and tells of it', async () => {
    const shared = randomLayer(300_000);
    const images = [
      await writeImage(source, { layers: [shared, randomLayer(1)] }),
      await writeImage(source, { layers: [shared] }),
    ];
    const index = await writeIndex(source, 'v1', images);
    const events: TransferEvent[] = [];
    const onEvent = (event: TransferEvent): void => void events.push(event);
    const roots = [{ descriptor: index.descriptor, tags: ['v1', 'latest'] }, ...images];
    const summary = await copyGraph(source, sink, roots, { onEvent });
    const ends = events.filter(({ type }) => type === 'end').map(({ descriptor }) => descriptor.digest);
    // Once more for its second tag.
    expect(ends).toHaveLength(new Set(ends).size + 1);
    expect(ends.slice(-2)).toEqual([index.descriptor.digest, index.descriptor.digest]);
    expect(events).toContainEqual({ type: 'progress', descriptor: shared.descriptor, done: 300_000 });
    expect(summary).toMatchObject({ copied: ends.length, existing: 0, mounted: 0 });
    expect(await blobsIn('sink')).toEqual(await blobsIn('source'));
    expect((await sink.roots()).map(({ descriptor, names }) => [descriptor.digest, names])).toEqual([
      [index.descriptor.digest, ['v1', 'latest']],
    ]);
    expect(await copyGraph(source, sink, roots)).toEqual({ copied: 0, existing: ends.length, mounted: 0, bytes: 0 });
  });

  test('copies what refers to it, and what refers to that', async () => {
    const image = await writeImage(source, { layers: [randomLayer(10)] });
    const sbom = await writeImage(source, { layers: [randomLayer(11)], subject: image.descriptor });
    const signature = await writeImage(source, { layers: [randomLayer(12)], subject: sbom.descriptor });
    const alone = openLayoutDirectory(join(dir, 'alone'));
    await copyGraph(source, alone, [image], { referrers: false });
    expect(await alone.referrers(image.descriptor.digest)).toEqual([]);
    await copyGraph(source, sink, [image]);
    expect(await sink.referrers(image.descriptor.digest)).toMatchObject([{ digest: sbom.descriptor.digest }]);
    expect(await sink.referrers(sbom.descriptor.digest)).toMatchObject([{ digest: signature.descriptor.digest }]);
    expect(await sink.roots()).toEqual([]);
  });

  test('does not wait for itself where a referrer holds its own subject', async () => {
    const image = await writeImage(source, { layers: [randomLayer(10)] });
    const { descriptor } = image;
    const document = { schemaVersion: 2, mediaType: INDEX, manifests: [descriptor], subject: descriptor };
    const holder = made(INDEX, JSON.stringify(document));
    await source.write(holder.descriptor, holder.content);
    expect((await copyGraph(source, sink, [image])).copied).toBe(4);
  });

  test('ends at the first failure, and goes on from there the next time', async () => {
    const layers = Array.from({ length: 20 }, (_, number) => randomLayer(number));
    const image = await writeImage(source, { layers });
    let left = 5;
    const failing: ContentSink = {
      ...sink,
      async write(...args) {
        if ((left -= 1) < 0) throw new Error('the disk went away');
        return sink.write(...args);
      },
    };
    await expect(copyGraph(source, failing, [image], { concurrency: 2 })).rejects.toThrow('the disk went away');
    expect(left).toBeGreaterThan(-3);
    const again = await copyGraph(source, sink, [image]);
    expect(again.copied + again.existing).toBe(22);
    expect(again.existing).toBeGreaterThan(2);
  });

  test('stops when its signal is aborted', async () => {
    const image = await writeImage(source, { layers: [randomLayer(10)] });
    const controller = new AbortController();
    const onEvent = (): void => controller.abort();
    const stopped = copyGraph(source, sink, [image], { signal: controller.signal, onEvent });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await sink.has(image.descriptor)).toBe(false);
  });

  test('refuses a blob that is missing, cut or altered, and leaves nothing of it', async () => {
    const layer = randomLayer(1000);
    const image = await writeImage(source, { layers: [layer] });
    const file = blobFile('source', layer);
    const bytes = await readFile(file);
    for (const [damage, code] of [
      [() => writeFile(file, Buffer.from(bytes).fill(0, 500, 600)), 'DIGEST_MISMATCH'],
      [() => truncate(file, 999), 'DIGEST_MISMATCH'],
      [() => rm(file), 'FORMAT_INVALID'],
    ] as const) {
      await damage();
      await expect(copyGraph(source, sink, [image])).rejects.toMatchObject({ code });
      expect(await sink.has(layer.descriptor)).toBe(false);
      expect((await blobsIn('sink')).filter((name) => name.startsWith('.'))).toEqual([]);
    }
  });

  test('refuses manifests that lie', async () => {
    const image = await writeImage(source, { layers: [] });
    const announce = (change: object): object =>
      copyGraph(source, sink, [{ descriptor: { ...image.descriptor, ...change } }]);
    await expect(announce({ size: image.descriptor.size + 1 })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(announce({ size: 5 << 20 })).rejects.toMatchObject({ code: 'FORMAT_LIMIT' });
    await expect(announce({ mediaType: INDEX })).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    await writeFile(blobFile('source', image), Buffer.alloc(image.descriptor.size, ' '));
    await expect(announce({})).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test.each([
    '{}',
    '[]',
    '{"schemaVersion":1,"manifests":[]}',
    '{"schemaVersion":2,"manifests":[],"layers":[]}',
    '{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:../../x","size":1}]}',
    '{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"x","size":1}]}',
    `{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:${'0'.repeat(64)}","size":-1}]}`,
    `{"schemaVersion":2,"manifests":[{"mediaType":"a b","digest":"sha256:${'0'.repeat(64)}","size":1}]}`,
  ])('refuses the index %s', async (text) => {
    const index = made(INDEX, text);
    const holder: LayoutDirectory = { ...source, tryRead: async () => index.content };
    await expect(copyGraph(holder, sink, [index])).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });
});

describe('openLayoutDirectory', () => {
  test('writes what other programs read', async () => {
    const index = await writeIndex(sink, 'v1', [await writeImage(sink, { layers: [] })]);
    expect(await readFile(join(dir, 'sink/oci-layout'), 'utf8')).toBe('{"imageLayoutVersion":"1.0.0"}');
    const document = JSON.parse(await readFile(join(dir, 'sink/index.json'), 'utf8')) as object;
    expect(document).toEqual({
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: [{ ...index.descriptor, annotations: { 'org.opencontainers.image.ref.name': 'v1' } }],
    });
  });

  test('gives a tag to one manifest at a time', async () => {
    const [one, two] = [await writeImage(sink, { layers: [] }), await writeImage(sink, { layers: [randomLayer(1)] })];
    await Promise.all(
      [one, two, one, two].map(({ descriptor, content }) => sink.writeTagged('v1', descriptor, content)),
    );
    const named = await sink.resolve('v1');
    expect([one, two].map(({ descriptor }) => descriptor.digest)).toContain(named?.digest);
    expect(await sink.roots()).toMatchObject([{ descriptor: { digest: named?.digest }, names: ['v1'] }]);
    expect(await sink.resolve('v2')).toBeUndefined();
  });

  test('reads from the middle', async () => {
    const blob = made('text/plain', '0123456789');
    await sink.write(blob.descriptor, blob.content);
    const found = await sink.tryRead(blob.descriptor);
    expect(Buffer.from(await collect(found?.readFrom?.(7) ?? bytesSource('').read(), 100)).toString()).toBe('789');
    expect(await sink.tryRead(randomLayer(1).descriptor)).toBeUndefined();
    await expect(sink.tryRead({ ...blob.descriptor, size: 11 })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(sink.has({ ...blob.descriptor, digest: 'sha256:../x' })).rejects.toMatchObject({
      code: 'NAME_INVALID',
    });
  });

  test('refuses more bytes than were announced before they fill the disk', async () => {
    const blob = made('text/plain', '0123456789');
    let read = 0;
    const endless = {
      ...bytesSource(''),
      async *read(): AsyncGenerator<Uint8Array> {
        for (;;) {
          read += 1;
          yield Buffer.alloc(7);
        }
      },
    };
    await expect(sink.write(blob.descriptor, endless)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(read).toBe(2);
  });
});

test('newLimit runs no more at once than it may, in the order they came', async () => {
  const limited = newLimit(3);
  const { signal } = new AbortController();
  const started: number[] = [];
  let [running, most] = [0, 0];
  const work = (number: number) => async (): Promise<void> => {
    started.push(number);
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (number === 4) throw new Error('four');
  };
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  const ended = await Promise.allSettled(numbers.map((number) => limited(signal, work(number))));
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(started).toEqual(numbers);
  expect(most).toBe(3);
});
