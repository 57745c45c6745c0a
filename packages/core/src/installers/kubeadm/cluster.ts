import type { JsonObject } from '../../model/json.ts';
import { flags, members, variables } from './members.ts';
import type { ControlPlaneSettings, KubeadmSettings, LocalEtcdSettings } from './settings.ts';

/** The API version of kubeadm's own documents. */
export const KUBEADM_API_VERSION = 'kubeadm.k8s.io/v1beta4';

/** The `ClusterConfiguration` document: what kubeadm keeps in the cluster. */
export function clusterConfiguration(settings: KubeadmSettings): JsonObject {
  const { apiServer, controllerManager, scheduler, networking, dns, proxy } = settings;
  return {
    apiVersion: KUBEADM_API_VERSION,
    kind: 'ClusterConfiguration',
    kubernetesVersion: `v${settings.kubernetesVersion}`,
    clusterName: settings.clusterName,
    imageRepository: settings.imageRepository,
    controlPlaneEndpoint: settings.controlPlaneEndpoint,
    certificatesDir: settings.certificatesDir,
    encryptionAlgorithm: settings.encryptionAlgorithm,
    certificateValidityPeriod: settings.certificateValidityPeriod,
    caCertificateValidityPeriod: settings.caCertificateValidityPeriod,
    featureGates: settings.featureGates,
    networking: members({ ...networking }),
    apiServer: members({ ...controlPlane(apiServer), certSANs: apiServer?.certSANs }),
    controllerManager: members(controlPlane(controllerManager)),
    scheduler: members(controlPlane(scheduler)),
    etcd: etcd(settings),
    dns: members({ ...dns }),
    proxy: members({ disabled: proxy?.disabled }),
  };
}

function controlPlane(settings: ControlPlaneSettings | undefined): JsonObject {
  return {
    extraArgs: flags(settings?.extraArgs),
    extraVolumes: settings?.extraVolumes?.map((volume) => ({ ...volume })),
    extraEnvs: variables(settings?.extraEnvs),
  };
}

function etcd({ etcd: choice }: KubeadmSettings): JsonObject | undefined {
  if (choice === undefined) return undefined;
  return {
    local: choice.local === undefined ? undefined : localEtcd(choice.local),
    external: choice.external === undefined ? undefined : { ...choice.external },
  };
}

function localEtcd(settings: LocalEtcdSettings): JsonObject {
  return { ...settings, extraArgs: flags(settings.extraArgs), extraEnvs: variables(settings.extraEnvs) };
}
