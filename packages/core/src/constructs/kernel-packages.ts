import type { KernelComponentName } from '../model/kernel.ts';
import { goOverrides } from './go-overrides.ts';
import { modeOverrides } from './mode-overrides.ts';
import { config, directory, text, type PackagedFile } from './package-files.ts';
import type { PackageProps } from './package.ts';
import { unit } from './systemd.ts';

/** How a kernel component is described and packaged. */
export interface KernelPackage {
  readonly about: { readonly summary: string };
  readonly package: Omit<PackageProps, 'component' | 'release'>;
}

/**
 * The package of a kernel component. kubelet, kubeadm and kubectl have the files, dependencies and paths of the project's
 * official packages, so that one can replace the other (`kubernetes/release`, cmd/krel/templates/latest).
 */
export function kernelPackage(name: KernelComponentName): KernelPackage {
  return PACKAGES[name];
}

function server(name: string, summary: string, description: string): KernelPackage {
  return {
    about: { summary },
    package: { description, section: 'admin', overrides: goOverrides([`/usr/bin/${name}`]) },
  };
}

const KUBELET_UNIT = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

/** The drop-in with which kubeadm starts the kubelet; the environment file is where the family keeps such files. */
function kubeadmDropIn(environment: string): PackagedFile {
  return text(`# Written by the kubeadm package; kubeadm writes the files that it reads.
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# kubeadm init and kubeadm join write KUBELET_KUBEADM_ARGS here.
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# The administrator's own arguments; prefer .NodeRegistration.KubeletExtraArgs of the kubeadm configuration.
EnvironmentFile=-${environment}
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`);
}

const PACKAGES: Readonly<Record<KernelComponentName, KernelPackage>> = {
  'kube-apiserver': server(
    'kube-apiserver',
    'Kubernetes API server',
    'Validates and stores the objects of a cluster and serves the Kubernetes API.',
  ),
  'kube-controller-manager': server(
    'kube-controller-manager',
    'Kubernetes controller manager',
    'Runs the controllers that move the state of a cluster towards what its objects ask for.',
  ),
  'kube-proxy': server('kube-proxy', 'Kubernetes network proxy', 'Routes the traffic for Services on a node.'),
  'kube-scheduler': server('kube-scheduler', 'Kubernetes scheduler', 'Chooses the node that each new pod runs on.'),
  kubeadm: {
    about: { summary: 'Command-line utility for administering a Kubernetes cluster' },
    package: {
      description: 'Creates a Kubernetes cluster, joins nodes to it and upgrades it.',
      filesFor: {
        deb: { '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf': kubeadmDropIn('/etc/default/kubelet') },
        rpm: { '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf': kubeadmDropIn('/etc/sysconfig/kubelet') },
      },
      overrides: goOverrides(['/usr/bin/kubeadm']),
    },
  },
  kubectl: {
    about: { summary: 'Command-line utility for interacting with a Kubernetes cluster' },
    package: {
      description: 'Reads, creates and changes the objects of a Kubernetes cluster.',
      overrides: goOverrides(['/usr/bin/kubectl']),
    },
  },
  kubelet: {
    about: { summary: 'Node agent for Kubernetes clusters' },
    package: {
      description: 'Runs the pods of a node and reports on them.',
      files: { '/var/lib/kubelet': directory({ mode: 0o750 }), '/etc/kubernetes/manifests': directory() },
      filesFor: {
        deb: { '/etc/default/kubelet': config('KUBELET_EXTRA_ARGS=\n') },
        rpm: { '/etc/sysconfig/kubelet': config('KUBELET_EXTRA_ARGS=\n') },
      },
      depends: {
        deb: ['iptables (>= 1.4.21)', 'kubernetes-cni (>= 1.2.0)', 'mount', 'util-linux'],
        rpm: ['iptables >= 1.4.21', 'kubernetes-cni >= 1.2.0', 'util-linux'],
      },
      service: unit('kubelet.service', KUBELET_UNIT, { enable: true, start: false }),
      overrides: [
        ...goOverrides(['/usr/bin/kubelet']),
        ...modeOverrides('/var/lib/kubelet', 0o750, 'pods keep their secrets in it'),
        {
          tool: 'lintian',
          tag: 'depends-on-essential-package-without-using-version',
          context: 'Depends: util-linux',
          reason: "the relations are those of the project's official package",
        },
      ],
    },
  },
};
