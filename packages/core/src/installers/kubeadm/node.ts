import type { JsonObject } from '../../model/json.ts';
import { KUBEADM_API_VERSION } from './cluster.ts';
import { flags, members } from './members.ts';
import { patchesDirectory, staticPodPatches } from './static-pod-patches.ts';
import type { KubeadmSettings } from './settings.ts';

/** kubeadm's own default. */
const DEFAULT_PORT = 6443;

/**
 * What stands in the join files where a secret or an address of one cluster belongs. Each has the form that kubeadm
 * checks, and none can ever work: the token has no owner, `.invalid` never resolves (RFC 2606), no key has that hash,
 * and nothing was encrypted with that key. A file that was not filled in fails, it does not join.
 */
export const PLACEHOLDERS: Readonly<Record<'token' | 'apiServerEndpoint' | 'caCertHash' | 'certificateKey', string>> = {
  token: 'placeh.olderplaceholder',
  apiServerEndpoint: `control-plane.invalid:${DEFAULT_PORT}`,
  caCertHash: `sha256:${'0'.repeat(64)}`,
  certificateKey: '0'.repeat(64),
};

/** The role of a node. */
export type NodeRole = 'controlPlane' | 'worker';

/** The `InitConfiguration` document, for the first control-plane node. kubeadm makes the bootstrap token itself. */
export function initConfiguration(settings: KubeadmSettings): JsonObject {
  return {
    apiVersion: KUBEADM_API_VERSION,
    kind: 'InitConfiguration',
    localAPIEndpoint: members({ advertiseAddress: settings.advertiseAddress, bindPort: settings.bindPort }),
    ...common(settings, 'controlPlane'),
    skipPhases: settings.skipPhases?.init,
  };
}

/** The `JoinConfiguration` document, for a node of a role. */
export function joinConfiguration(settings: KubeadmSettings, role: NodeRole): JsonObject {
  return {
    apiVersion: KUBEADM_API_VERSION,
    kind: 'JoinConfiguration',
    discovery: discovery(settings),
    controlPlane: role === 'controlPlane' ? joinControlPlane(settings) : undefined,
    ...common(settings, role),
    skipPhases: settings.skipPhases?.join,
  };
}

function common(settings: KubeadmSettings, role: NodeRole): JsonObject {
  return {
    nodeRegistration: members({
      ...settings.nodeRegistration,
      kubeletExtraArgs: flags(settings.nodeRegistration?.kubeletExtraArgs),
      taints: settings.taints?.[role]?.map((taint) => ({ ...taint })),
    }),
    patches: settings.patches ?? (role === 'controlPlane' ? ownPatches(settings) : undefined),
    timeouts: members({ ...settings.timeouts }),
  };
}

function ownPatches(settings: KubeadmSettings): JsonObject | undefined {
  const hasPatches = Object.keys(staticPodPatches(settings)).length > 0;
  return hasPatches ? { directory: patchesDirectory(settings) } : undefined;
}

function discovery(settings: KubeadmSettings): JsonObject {
  if (settings.discoveryFile !== undefined) return { file: { kubeConfigPath: settings.discoveryFile } };
  return {
    bootstrapToken: {
      token: PLACEHOLDERS.token,
      apiServerEndpoint: apiServerEndpoint(settings),
      caCertHashes: [PLACEHOLDERS.caCertHash],
    },
  };
}

function joinControlPlane({ bindPort }: KubeadmSettings): JsonObject {
  return { localAPIEndpoint: members({ bindPort }), certificateKey: PLACEHOLDERS.certificateKey };
}

/** The control plane's address with its port, which kubeadm wants for joining. */
function apiServerEndpoint({ controlPlaneEndpoint: endpoint, bindPort = DEFAULT_PORT }: KubeadmSettings): string {
  if (endpoint === undefined) return PLACEHOLDERS.apiServerEndpoint;
  if (/^[^:]+:\d+$|\]:\d+$/.test(endpoint)) return endpoint;
  const bareIpv6 = endpoint.includes(':') && !endpoint.startsWith('[');
  return `${bareIpv6 ? `[${endpoint}]` : endpoint}:${bindPort}`;
}
