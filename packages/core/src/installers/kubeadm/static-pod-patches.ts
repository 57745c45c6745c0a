import { toYaml } from '../../manifests/yaml.ts';
import type { FileBundle } from '../../model/file-bundle.ts';
import { STATIC_PODS, type KubeadmSettings } from './settings.ts';

/** Where control-plane nodes keep the patches. */
export function patchesDirectory({ patches }: KubeadmSettings): string {
  return patches?.directory ?? '/etc/kubernetes/patches';
}

/**
 * The patches that give static pods their images, by file name. kubeadm knows a patch by its name: target, any suffix,
 * `+` and the kind of patch.
 */
export function staticPodPatches({ staticPodImages = {} }: KubeadmSettings): FileBundle {
  return Object.fromEntries(
    STATIC_PODS.flatMap((name) => {
      const image = staticPodImages[name];
      if (image === undefined) return [];
      return [[`patches/${name}-image+strategic.yaml`, toYaml({ spec: { containers: [{ name, image }] } })]];
    }),
  );
}
