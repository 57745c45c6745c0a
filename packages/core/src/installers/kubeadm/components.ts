import type { JsonObject } from '../../model/json.ts';
import type { KubeadmSettings } from './settings.ts';

/** The `KubeletConfiguration` document: what kubeadm gives every kubelet. */
export function kubeletConfiguration({ kubelet }: KubeadmSettings): JsonObject {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    ...(kubelet?.fields as JsonObject | undefined),
    cgroupDriver: kubelet?.cgroupDriver ?? 'systemd',
    failCgroupV1: kubelet?.failCgroupV1,
  };
}

/** The `KubeProxyConfiguration` document, or undefined where kubeadm does not install kube-proxy. */
export function kubeProxyConfiguration({ proxy }: KubeadmSettings): JsonObject | undefined {
  if (proxy?.disabled === true) return undefined;
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    ...(proxy?.fields as JsonObject | undefined),
    mode: proxy?.mode ?? 'iptables',
  };
}
