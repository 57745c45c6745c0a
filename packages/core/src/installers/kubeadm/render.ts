import { toYamlDocuments } from '../../manifests/yaml.ts';
import type { FileBundle } from '../../model/file-bundle.ts';
import type { JsonObject } from '../../model/json.ts';
import { clusterConfiguration } from './cluster.ts';
import { kubeletConfiguration, kubeProxyConfiguration } from './components.ts';
import { initConfiguration, joinConfiguration } from './node.ts';
import { patchesDirectory, staticPodPatches } from './static-pod-patches.ts';
import type { KubeadmSettings } from './settings.ts';

/**
 * kubeadm's configuration files: `init.yaml` for the first control-plane node, `join-control-plane.yaml` for the
 * further ones, `join.yaml` for the others, and patches for static pods whose images are given. All pass `kubeadm config validate`. They hold no secret: the join files
 * have placeholders that cannot work, and say at their top what to fill in.
 */
export function renderKubeadm(settings: KubeadmSettings): FileBundle {
  const init = [
    initConfiguration(settings),
    clusterConfiguration(settings),
    kubeletConfiguration(settings),
    kubeProxyConfiguration(settings),
  ];
  return {
    'init.yaml': file([...INIT, ...patchesHint(settings)], ...init),
    'join-control-plane.yaml': file(
      joinHeader(settings, 'join-control-plane.yaml'),
      joinConfiguration(settings, 'controlPlane'),
    ),
    'join.yaml': file(joinHeader(settings, 'join.yaml'), joinConfiguration(settings, 'worker')),
    ...staticPodPatches(settings),
  };
}

const INIT: readonly string[] = [
  'The first control-plane node: kubeadm init --config init.yaml --upload-certs',
  'kubeadm makes the bootstrap token and the certificate key, and prints them.',
];

function joinHeader(settings: KubeadmSettings, name: string): readonly string[] {
  const controlPlane = name === 'join-control-plane.yaml';
  const node = controlPlane ? 'A further control-plane node' : 'A node';
  return [
    `${node}: kubeadm join --config ${name}`,
    ...(settings.discoveryFile === undefined ? fillIn(settings) : []),
    ...(controlPlane ? [...CERTIFICATE_KEY, ...patchesHint(settings)] : []),
  ];
}

/** The images of a release are known by their digests, which kubeadm's configuration has no place for. */
function patchesHint(settings: KubeadmSettings): readonly string[] {
  if (Object.keys(staticPodPatches(settings)).length === 0) return [];
  return [`Copy the files of patches/ to ${patchesDirectory(settings)} before: they name the images by their digests.`];
}

function fillIn({ controlPlaneEndpoint }: KubeadmSettings): readonly string[] {
  const fields =
    controlPlaneEndpoint === undefined ? 'token, apiServerEndpoint and caCertHashes' : 'token and caCertHashes';
  return [
    `First fill in ${fields}, as this prints them on a control-plane node:`,
    '  kubeadm token create --print-join-command',
  ];
}

const CERTIFICATE_KEY: readonly string[] = [
  'and certificateKey, as this prints it there (leave the line out where the certificates are copied by hand):',
  '  kubeadm init phase upload-certs --upload-certs',
];

function file(header: readonly string[], ...documents: readonly (JsonObject | undefined)[]): string {
  const comment = header.map((text) => `# ${text}\n`).join('');
  return comment + toYamlDocuments(documents.filter((document) => document !== undefined));
}
