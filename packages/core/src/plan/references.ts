import type { LayerEntry } from '../model/layer-entry.ts';
import type { ContentRef, PackageContent, PackageFile } from '../model/package-spec.ts';
import type { Step } from './document.ts';

/** The outputs of other steps that a step reads, in a fixed order; one that it reads twice is listed twice. */
export function referencesOf(step: Step): readonly ContentRef[] {
  const own = inputsOf(step);
  return step.images === undefined ? own : [...own, ...Object.values(step.images)];
}

function inputsOf(step: Step): readonly ContentRef[] {
  switch (step.kind) {
    case 'extract':
      return [step.archive];
    case 'go-build':
      return [...step.patches, ...(step.cgo?.sysroot ?? [])];
    case 'c-build':
      return step.patches;
    case 'go-licences':
      return step.programs;
    case 'debian-licences':
      return step.packages.map(({ content }) => content);
    case 'package':
      return contentsOf(step.spec.files);
    case 'layer':
      return [...step.packages, ...contentsOf(step.entries)];
    case 'image':
      return step.layers.map(({ about }) => about);
    case 'image-index':
      return step.manifests.map(({ ref }) => ref);
    case 'keyring':
      return step.certificates.map(({ content }) => content);
    case 'file':
    case 'url':
    case 'debian':
    case 'manifests':
    case 'installer':
      return [];
  }
}

function contentsOf(files: readonly (PackageFile | LayerEntry)[]): readonly ContentRef[] {
  return files.flatMap((file) => (file.type === 'file' && isReference(file.content) ? [file.content] : []));
}

/** True for content that another step makes. */
export function isReference(content: PackageContent): content is ContentRef {
  return 'step' in content;
}
