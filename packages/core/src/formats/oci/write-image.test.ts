import { describe, expect, test } from 'vitest';
import type { ImageSettings } from '../../model/image-settings.ts';
import { layoutIndex, LAYOUT_TEXT } from './layout.ts';
import { INDEX_TYPE } from './media-types.ts';
import { checkLayout, readConfig, readIndex, readManifest } from './read-documents.ts';
import { imageConfig, imageIndex, imageManifest } from './write-image.ts';

const settings: ImageSettings = {
  user: '65532:65532',
  entrypoint: ['/usr/bin/agent'],
  cmd: [],
  env: { PATH: '/usr/bin', A: '1' },
  labels: { 'org.opencontainers.image.title': 'agent' },
  workingDir: '/',
};
const sha = (digit: string): string => digit.repeat(64);
const layer = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
  digest: `sha256:${sha('a')}`,
  size: 7,
  diffId: `sha256:${sha('b')}`,
};
const date = 1_795_219_200;

const config = imageConfig({
  arch: 'arm64',
  settings,
  layers: [{ diffId: layer.diffId, createdBy: 'agent 1.0.0' }],
  date,
});
const manifest = imageManifest({ sha256: sha('c'), size: 9 }, [layer]);
const index = imageIndex([
  { arch: 'amd64', sha256: sha('d'), size: 1 },
  { arch: 'arm64', sha256: sha('e'), size: 2 },
]);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the documents of an image', () => {
  test('are canonical JSON, the same as ever', () => {
    expect(config).toBe(
      `{"architecture":"arm64","config":{"Entrypoint":["/usr/bin/agent"],"Env":["A=1","PATH=/usr/bin"],"Labels":{"org.opencontainers.image.title":"agent"},"User":"65532:65532","WorkingDir":"/"},"created":"2026-11-21T00:00:00Z","history":[{"created":"2026-11-21T00:00:00Z","created_by":"agent 1.0.0"}],"os":"linux","rootfs":{"diff_ids":["sha256:${sha('b')}"],"type":"layers"},"variant":"v8"}`,
    );
    expect(manifest).toBe(
      `{"config":{"digest":"sha256:${sha('c')}","mediaType":"application/vnd.oci.image.config.v1+json","size":9},"layers":[{"digest":"sha256:${sha('a')}","mediaType":"application/vnd.oci.image.layer.v1.tar+zstd","size":7}],"mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}`,
    );
    expect(index).toBe(
      `{"manifests":[{"digest":"sha256:${sha('d')}","mediaType":"application/vnd.oci.image.manifest.v1+json","platform":{"architecture":"amd64","os":"linux"},"size":1},{"digest":"sha256:${sha('e')}","mediaType":"application/vnd.oci.image.manifest.v1+json","platform":{"architecture":"arm64","os":"linux","variant":"v8"},"size":2}],"mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}`,
    );
  });

  test('are read back', () => {
    expect(readConfig(bytes(config), 'config')).toEqual(JSON.parse(config));
    expect(readManifest(bytes(manifest), 'manifest')).toEqual(JSON.parse(manifest));
    expect(readIndex(bytes(index), 'index')).toEqual(JSON.parse(index));
    checkLayout(bytes(LAYOUT_TEXT), 'oci-layout');
  });

  test('stand in the layout by their names, sorted', () => {
    const descriptor = { mediaType: INDEX_TYPE, digest: `sha256:${sha('f')}`, size: 3 };
    const names = ['registry.example/b:1', 'registry.example/a:2'];
    const root = readIndex(bytes(layoutIndex(names.map((reference) => ({ reference, descriptor })))), 'index.json');
    expect(root.manifests.map(({ annotations }) => annotations)).toEqual(
      names.toReversed().map((name) => ({
        'io.containerd.image.name': name,
        'org.opencontainers.image.ref.name': name,
      })),
    );
  });
});

describe('the readers', () => {
  const swap = (text: string, from: string | RegExp, to: string): Uint8Array => {
    expect(text).toMatch(from);
    return bytes(text.replace(from, to));
  };

  test.each<[string, () => unknown, string]>([
    ['no JSON', () => readIndex(bytes('{'), 'x'), 'x is not JSON'],
    ['no UTF-8', () => readIndex(Uint8Array.of(0x22, 0xff, 0x22), 'x'), 'x is not JSON'],
    ['a list', () => readIndex(bytes('[]'), 'x'), 'x: invalid input: expected object, received array'],
    ['a manifest for an index', () => readIndex(bytes(manifest), 'x'), 'x: mediaType: invalid input'],
    ['an index for a manifest', () => readManifest(bytes(index), 'x'), 'x: mediaType: invalid input'],
    [
      'another digest',
      () => readManifest(swap(manifest, 'sha256:a', 'sha512:a'), 'x'),
      'layers.0.digest: must be a sha256 digest',
    ],
    [
      'a digest that is a path',
      () => readIndex(swap(index, /sha256:d+/, 'sha256:../../etc'), 'x'),
      'must be a sha256 digest',
    ],
    ['a negative size', () => readManifest(swap(manifest, '"size":7', '"size":-7'), 'x'), 'layers.0.size'],
    ['a size that is no number', () => readManifest(swap(manifest, '"size":7', '"size":"7"'), 'x'), 'layers.0.size'],
    ['a layer of another kind', () => readManifest(swap(manifest, 'v1.tar+zstd', 'v1.tar'), 'x'), 'layers.0.mediaType'],
    [
      'a configuration of another kind',
      () => readManifest(swap(manifest, 'config.v1+json', 'other'), 'x'),
      'config.mediaType',
    ],
    ['no layers', () => readManifest(swap(manifest, /"layers":\[[^\]]*\]/, '"layers":[]'), 'x'), 'layers'],
    ['another root file system', () => readConfig(swap(config, '"layers"', '"chains"'), 'x'), 'rootfs.type'],
    ['another layout', () => checkLayout(bytes('{"imageLayoutVersion":"2.0.0"}'), 'x'), 'imageLayoutVersion'],
  ])('refuse %s', (_, read, fault) => {
    expect(read).toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
    expect(read).toThrow(fault);
  });

  test('bound what they read', () => {
    const [one] = /(?<="layers":\[).*?(?=\])/.exec(manifest) ?? [];
    const many = manifest.replace(`[${one}]`, `[${Array.from({ length: 128 }, () => one).join(',')}]`);
    expect(() => readManifest(bytes(many), 'x')).toThrow('x: layers');
    expect(() => readIndex(new Uint8Array(4 * 1024 ** 2 + 1), 'x')).toThrow(
      expect.objectContaining({ code: 'FORMAT_LIMIT' }),
    );
  });
});
