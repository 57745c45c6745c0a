/** What a {@link configToml} sets. */
export interface ContainerdConfig {
  /** The reference of the image that holds a pod's namespaces. */
  readonly sandboxImage: string;
  /** How cgroups are managed: through systemd, or directly. */
  readonly cgroupDriver: 'systemd' | 'cgroupfs';
}

/** containerd's configuration, format version 3: its defaults, and what a Kubernetes node needs to be set. */
export function configToml({ sandboxImage, cgroupDriver }: ContainerdConfig): string {
  return `version = 3

[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = ${JSON.stringify(sandboxImage)}

[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = '/etc/containerd/certs.d'

[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ['/opt/cni/bin']
  conf_dir = '/etc/cni/net.d'

[plugins.'io.containerd.cri.v1.runtime'.containerd]
  default_runtime_name = 'runc'

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  SystemdCgroup = ${cgroupDriver === 'systemd'}
`;
}
