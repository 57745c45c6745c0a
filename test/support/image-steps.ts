import { imagePlaceholder } from '../../packages/core/src/model/image-placeholder.ts';
import type { ArchName } from '../../packages/core/src/model/arch.ts';
import type { ImageIndexStep, ImageStep, LayerStep, ManifestsStep } from '../../packages/core/src/plan/document.ts';

/** The steps of a small image with one program in it, for tests of what writes and reads images. */
export function testImageSteps(
  name: string,
  program: string,
  arches: readonly ArchName[] = ['amd64', 'arm64'],
): readonly (LayerStep | ImageStep | ImageIndexStep)[] {
  const path = `harbor/${name}`;
  const date = 1_795_219_200;
  const base = { path, date, outputs: ['layer', 'about'], kind: 'layer', compression: 'zstd', packages: [] } as const;
  const root = { uid: 0, gid: 0, mode: 0o755 };
  const layers = arches.map((arch): LayerStep => ({
    ...base,
    id: `layer ${name} ${arch}`,
    entries: [{ type: 'file', path: `/usr/bin/${name}`, ...root, content: { text: `${program} for ${arch}\n` } }],
  }));
  const accounts: LayerStep = {
    ...base,
    id: 'layer accounts',
    entries: [{ type: 'directory', path: '/tmp', ...root, mode: 0o1777 }],
  };
  const images = arches.map((arch): ImageStep => ({
    kind: 'image',
    id: `image ${name}:1 ${arch}`,
    path,
    outputs: ['config', 'manifest'],
    arch,
    settings: { user: '0:0', entrypoint: [`/usr/bin/${name}`], cmd: [], env: {}, labels: {}, workingDir: '/' },
    layers: ['layer accounts', `layer ${name} ${arch}`].map((step) => ({
      about: { step, output: 'about' },
      createdBy: step,
    })),
    date,
  }));
  const index: ImageIndexStep = {
    kind: 'image-index',
    id: `image-index ${name}:1`,
    path,
    outputs: ['index'],
    name,
    tag: '1',
    manifests: images.map(({ arch, id }) => ({ arch, ref: { step: id, output: 'manifest' } })),
  };
  return [accounts, ...layers, ...images, index];
}

/** The same manifests with pods that run the image instead of theirs. */
export function runningImage(step: ManifestsStep, registry: string, name: string): ManifestsStep {
  const placeholder = imagePlaceholder(name, '1');
  const text = JSON.stringify(step.objects);
  const image = `${registry}/${name}:1@sha256:${placeholder}`;
  return {
    ...step,
    objects: JSON.parse(text.replace(/"image":"[^"]*"/g, `"image":"${image}"`)) as ManifestsStep['objects'],
    images: { [placeholder]: { step: `image-index ${name}:1`, output: 'index' } },
  };
}
