import type { ContentRef, PackageContent } from '../model/package-spec.ts';
import type { Step } from './document.ts';

/** The outputs of other steps that a step reads, in a fixed order; one that it reads twice is listed twice. */
export function referencesOf(step: Step): readonly ContentRef[] {
  switch (step.kind) {
    case 'extract':
      return [step.archive];
    case 'go-build':
      return [...step.patches, ...(step.cgo?.sysroot ?? [])];
    case 'c-build':
      return step.patches;
    case 'go-licences':
      return step.programs;
    case 'package':
      return step.spec.files.flatMap((file) =>
        file.type === 'file' && isReference(file.content) ? [file.content] : [],
      );
    case 'file':
    case 'url':
    case 'debian':
    case 'manifests':
    case 'installer':
      return [];
  }
}

/** True for content that another step makes. */
export function isReference(content: PackageContent): content is ContentRef {
  return 'step' in content;
}
