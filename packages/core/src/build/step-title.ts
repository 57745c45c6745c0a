import type { Step } from '../plan/document.ts';

/** What a step does, for people: `build kubelet kubeadm (arm64)`. */
export function stepTitle(step: Step): string {
  switch (step.kind) {
    case 'file':
      return `take in ${step.file}`;
    case 'url':
      return `download ${step.url}`;
    case 'debian':
      return `download ${step.package} ${step.version} (${step.arch})`;
    case 'extract':
      return `extract ${step.outputs.join(' ')}`;
    case 'go-build':
    case 'c-build':
      return `build ${step.outputs.join(' ')} (${step.arch})`;
    case 'go-licences':
      return `find licences of ${step.module}@${step.version}`;
    case 'debian-licences':
      return 'find licences of Debian packages';
    case 'package':
      return `package ${step.file.slice(step.file.lastIndexOf('/') + 1)}`;
    case 'layer':
    case 'image':
      return step.id;
    case 'image-index':
      return `index image ${step.name}:${step.tag}`;
    case 'keyring':
      return 'check keys and make the keyring';
    case 'manifests':
    case 'installer':
      return `write ${step.directory}`;
  }
}
