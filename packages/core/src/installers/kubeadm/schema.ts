import semver from 'semver';
import { z } from 'zod';
import { isImageReference, isRepository } from '../../model/image-reference.ts';
import {
  KUBEADM_TIMEOUTS,
  STATIC_PODS,
  type ApiServerSettings,
  type ControlPlaneSettings,
  type ExternalEtcdSettings,
  type ExtraArgs,
  type Fields,
  type HostPathMount,
  type KubeadmSettings,
  type KubeletSettings,
  type LocalEtcdSettings,
  type NodeRegistrationSettings,
  type ProxySettings,
  type Taint,
} from './settings.ts';

/** The first version whose kubeadm reads v1beta4. */
const FIRST_VERSION = '1.31.0';

const DNS_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

const line = z.string().regex(/^[^\p{Cc}]*$/u, 'must be one line without control characters');
const word = z.string().regex(/^[^\s\p{Cc}]+$/u, 'must be one word');
const path = z.string().regex(/^\/(?!(?:.*\/)?\.\.(?:\/|$))[^\p{Cc}]*$/u, 'must be an absolute path without ..');
const port = z.number().int().min(1).max(65535);
const ip = z.union([z.ipv4(), z.ipv6()], 'must be an IP address');
const dnsName = z.string().max(253).regex(DNS_NAME, 'must be a DNS name in lower case');
const duration = z.string().regex(/^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/, 'must be a Go duration such as 4m30s');
const tag = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'must be an image tag');
const repository = z.string().refine(isRepository, 'must be an image repository such as registry.example/kubernetes');

const imageReference = z
  .string()
  .refine(isImageReference, 'must be an image reference such as registry.example/etcd:3.6.8');

const version = z
  .string()
  .refine((text) => semver.valid(text) === text, 'must be a version such as 1.36.3, without a leading v')
  .refine((text) => !semver.valid(text) || semver.gte(text, FIRST_VERSION), `must be at least ${FIRST_VERSION}`);

const subnets = z.string().refine((text) => {
  const parts = text.split(',');
  const families = new Set(
    parts.map((part) => (z.cidrv4().safeParse(part).success ? 4 : z.cidrv6().safeParse(part).success ? 6 : 0)),
  );
  return !families.has(0) && families.size === parts.length && parts.length <= 2;
}, 'must be a subnet such as 10.244.0.0/16, or one of IPv4 and one of IPv6 separated by a comma');

const endpoint = z.string().refine(isEndpoint, 'must be host, host:port or an IP address');
const alternativeName = z.union(
  [ip, z.string().regex(/^(?:\*\.)?[a-z0-9.-]+$/)],
  'must be an IP address or a DNS name, which may begin with *.',
);
const httpsOrPath = z.union([path, z.string().regex(/^https:\/\/[^\s/]/)], 'must be an absolute path or an https URL');
const url = z.string().regex(/^https?:\/\/[^\s/]+/, 'must be an http or https URL');

const flag = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'must be a flag without leading dashes');
const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable');

const extraArgs: z.ZodType<ExtraArgs> = z.record(
  flag,
  z.union([line, z.array(line)], 'must be a text or a list of texts'),
);
const extraEnvs: z.ZodType<Readonly<Record<string, string>>> = z.record(environmentName, line);

const hostPathMount: z.ZodType<HostPathMount> = z.strictObject({
  name: dnsName,
  hostPath: path,
  mountPath: path,
  readOnly: z.boolean().exactOptional(),
  pathType: z
    .enum(['DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'])
    .exactOptional(),
});

const controlPlaneShape = {
  extraArgs: extraArgs.exactOptional(),
  extraVolumes: z.array(hostPathMount).exactOptional(),
  extraEnvs: extraEnvs.exactOptional(),
};
const controlPlane: z.ZodType<ControlPlaneSettings> = z.strictObject(controlPlaneShape);
const apiServer: z.ZodType<ApiServerSettings> = z.strictObject({
  ...controlPlaneShape,
  certSANs: z.array(alternativeName).exactOptional(),
});

const imageShape = { imageRepository: repository.exactOptional(), imageTag: tag.exactOptional() };

const localEtcd: z.ZodType<LocalEtcdSettings> = z.strictObject({
  ...imageShape,
  dataDir: path.exactOptional(),
  extraArgs: extraArgs.exactOptional(),
  extraEnvs: extraEnvs.exactOptional(),
  serverCertSANs: z.array(alternativeName).exactOptional(),
  peerCertSANs: z.array(alternativeName).exactOptional(),
});

const externalEtcd: z.ZodType<ExternalEtcdSettings> = z
  .strictObject({
    endpoints: z.array(url).min(1),
    caFile: path.exactOptional(),
    certFile: path.exactOptional(),
    keyFile: path.exactOptional(),
  })
  .refine(
    ({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined),
    'certFile and keyFile go together',
  )
  .refine(
    ({ caFile, certFile }) => certFile === undefined || caFile !== undefined,
    'certFile and keyFile need a caFile',
  )
  .refine(
    ({ caFile, endpoints }) => caFile === undefined || endpoints.every((address) => address.startsWith('https:')),
    'endpoints must be https where there is a caFile',
  );

const etcd = z
  .strictObject({ local: localEtcd.exactOptional(), external: externalEtcd.exactOptional() })
  .refine((choice) => Object.keys(choice).length === 1, 'must hold one of local and external');

/** Fields of a component's configuration, but for the ones that have a setting of their own. */
function fieldsWithout(...taken: readonly string[]): z.ZodType<Fields> {
  const own = ['apiVersion', 'kind', ...taken];
  return z
    .record(z.string(), z.json())
    .refine(
      (fields) => own.every((name) => !Object.hasOwn(fields, name)),
      `must not hold ${own.join(', ')}: they are set elsewhere`,
    );
}

const proxy: z.ZodType<ProxySettings> = z.strictObject({
  disabled: z.boolean().exactOptional(),
  mode: z.enum(['iptables', 'nftables', 'ipvs']).exactOptional(),
  fields: fieldsWithout('mode').exactOptional(),
});

const kubelet: z.ZodType<KubeletSettings> = z.strictObject({
  cgroupDriver: z.enum(['systemd', 'cgroupfs']).exactOptional(),
  failCgroupV1: z.boolean().exactOptional(),
  fields: fieldsWithout('cgroupDriver', 'failCgroupV1').exactOptional(),
});

const nodeRegistration: z.ZodType<NodeRegistrationSettings> = z.strictObject({
  criSocket: z
    .string()
    .regex(/^unix:\/\/\/[^\s]+$/, 'must be a socket such as unix:///run/containerd/containerd.sock')
    .exactOptional(),
  kubeletExtraArgs: extraArgs.exactOptional(),
  ignorePreflightErrors: z.array(word).exactOptional(),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).exactOptional(),
  imagePullSerial: z.boolean().exactOptional(),
});

const taint: z.ZodType<Taint> = z.strictObject({
  key: word,
  value: z.string().exactOptional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
});

/** What the settings of the kubeadm installer must pass. Unknown settings are refused. */
export const kubeadmSchema: z.ZodType<KubeadmSettings> = z.strictObject({
  kubernetesVersion: version,
  clusterName: dnsName.exactOptional(),
  imageRepository: repository.exactOptional(),
  controlPlaneEndpoint: endpoint.exactOptional(),
  advertiseAddress: ip.exactOptional(),
  bindPort: port.exactOptional(),
  networking: z
    .strictObject({
      podSubnet: subnets.exactOptional(),
      serviceSubnet: subnets.exactOptional(),
      dnsDomain: dnsName.exactOptional(),
    })
    .exactOptional(),
  apiServer: apiServer.exactOptional(),
  controllerManager: controlPlane.exactOptional(),
  scheduler: controlPlane.exactOptional(),
  etcd: etcd.exactOptional(),
  dns: z.strictObject({ ...imageShape, disabled: z.boolean().exactOptional() }).exactOptional(),
  proxy: proxy.exactOptional(),
  kubelet: kubelet.exactOptional(),
  nodeRegistration: nodeRegistration.exactOptional(),
  taints: z
    .strictObject({ controlPlane: z.array(taint).exactOptional(), worker: z.array(taint).exactOptional() })
    .exactOptional(),
  skipPhases: z
    .strictObject({ init: z.array(word).exactOptional(), join: z.array(word).exactOptional() })
    .exactOptional(),
  staticPodImages: z.partialRecord(z.enum(STATIC_PODS), imageReference).exactOptional(),
  patches: z.strictObject({ directory: path }).exactOptional(),
  timeouts: z.partialRecord(z.enum(KUBEADM_TIMEOUTS), duration).exactOptional(),
  certificatesDir: path.exactOptional(),
  encryptionAlgorithm: z.enum(['RSA-2048', 'RSA-3072', 'RSA-4096', 'ECDSA-P256', 'ECDSA-P384']).exactOptional(),
  certificateValidityPeriod: duration.exactOptional(),
  caCertificateValidityPeriod: duration.exactOptional(),
  featureGates: z.record(word, z.boolean()).exactOptional(),
  discoveryFile: httpsOrPath.exactOptional(),
});

function isEndpoint(text: string): boolean {
  if (ip.safeParse(text).success) return true;
  const [, bracketed, host, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const hostIsFine = bracketed === undefined ? DNS_NAME.test(host ?? '') : z.ipv6().safeParse(bracketed).success;
  return hostIsFine && (digits === undefined || port.safeParse(Number(digits)).success);
}
