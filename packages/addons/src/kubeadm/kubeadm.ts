import {
  Distro,
  Installer,
  STATIC_PODS,
  type Component,
  type Image,
  type JsonObject,
  type KubeadmSettings,
  type Problem,
} from '@distrokit/core';
import type { Construct } from 'constructs';
import { KERNEL_COMPANIONS } from '../kernel-versions.ts';

/**
 * Settings of {@link Kubeadm}: those of kubeadm's own configuration, under the same names. What the distribution knows
 * (the Kubernetes version, its images and where they are, that it brings its own DNS) is filled in.
 */
export type KubeadmProps = Omit<KubeadmSettings, 'kubernetesVersion'>;

/** Sets clusters up with kubeadm: the configuration for `kubeadm init` and `kubeadm join`, matching the release. */
export class Kubeadm extends Installer {
  readonly installer = 'kubeadm';
  readonly props: KubeadmProps;

  constructor(scope: Construct, id: string, props: KubeadmProps = {}) {
    super(scope, id);
    this.props = props;
  }

  settings(): JsonObject {
    const distro = Distro.of(this);
    const image = (name: string): Image | undefined => distro.images.find((one) => one.name === name);
    const etcd = image('etcd');
    const staticPods = STATIC_PODS.flatMap((name) => image(name) ?? []);
    const settings: KubeadmSettings = {
      kubernetesVersion: distro.kernel.version,
      clusterName: distro.name,
      imageRepository: distro.registry,
      ...(etcd === undefined ? {} : { etcd: { local: { imageTag: etcd.tag } } }),
      ...(staticPods.length === 0
        ? {}
        : { staticPodImages: Object.fromEntries(staticPods.map(({ name, reference }) => [name, reference])) }),
      ...(this.#hasObject('Service', 'kube-dns') ? { dns: { disabled: true } } : {}),
      ...(this.#hasObject('DaemonSet', 'kube-proxy') ? { proxy: { disabled: true } } : {}),
      ...this.props,
    };
    return settings as unknown as JsonObject;
  }

  override check(): readonly Omit<Problem, 'path'>[] {
    const kernel = Distro.of(this).tryKernel;
    if (kernel === undefined) return [];
    const expected = KERNEL_COMPANIONS[kernel.minor];
    if (expected === undefined) {
      const known = Object.keys(KERNEL_COMPANIONS).join(', ');
      const message = `what kubeadm ${kernel.version} expects of etcd, CoreDNS and pause is not known`;
      return [{ code: 'KERNEL_UNKNOWN', message, hint: `kernels that are known: ${known}` }];
    }
    const wanted = { etcd: expected.etcd, coredns: expected.coreDns, pause: expected.pause };
    return Object.entries(wanted).flatMap(([name, version]) => {
      const component = this.#component(name);
      if (component === undefined || component.version === version) return [];
      const message = `${component.node.path} is ${name} ${component.version}, kubeadm ${kernel.version} expects ${version}`;
      return [{ code: 'KERNEL_SKEW', message, hint: `leave its version out, or set it to ${version}` }];
    });
  }

  #component(name: string): Component | undefined {
    return Distro.of(this).components.find((component) => component.name === name);
  }

  /**
   * An object of an add-on that kubeadm would install too, and then must not: the Service which every pod's resolver
   * asks, the DaemonSet of kube-proxy.
   */
  #hasObject(kind: string, name: string): boolean {
    return Distro.of(this).addOns.some((addOn) =>
      addOn.objects.some((object) => {
        const metadata = object['metadata'] as JsonObject | undefined;
        return object['kind'] === kind && metadata?.['name'] === name && metadata['namespace'] === 'kube-system';
      }),
    );
  }
}
