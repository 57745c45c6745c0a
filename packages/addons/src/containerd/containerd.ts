import {
  Component,
  config,
  directory,
  Distro,
  Driver,
  goModule,
  goOverrides,
  modeOverrides,
  Package,
  unit,
} from '@distrokit/core';
import type { Construct } from 'constructs';
import { companionsOf } from '../kernel-versions.ts';
import { configToml } from './config-toml.ts';
import { Runc } from './runc.ts';

/** Settings of {@link Containerd}. */
export interface ContainerdProps {
  /** @default the newest in the versions table */
  readonly version?: string;
  /** The version of runc. @default the newest in the versions table */
  readonly runc?: string;
  /** Our part of the versions of both packages. @default '1' */
  readonly release?: string;
  /** How cgroups are managed; the kubelet must agree. @default 'systemd' */
  readonly cgroupDriver?: 'systemd' | 'cgroupfs';
}

const NEWEST = '2.4.2';
const MODULE = 'github.com/containerd/containerd/v2';
const COMMANDS = ['containerd', 'containerd-shim-runc-v2', 'ctr'] as const;

const SERVICE = `[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target dbus.service

[Service]
# A failure is ignored: the module may be built in.
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
# Containers outlive a restart of the daemon.
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
`;

/** The container runtime: containerd with runc, both built from source, and their packages. */
export class Containerd extends Driver {
  readonly containerd: Component;
  readonly runc: Runc;

  constructor(scope: Construct, id: string, props: ContainerdProps = {}) {
    const version = props.version ?? NEWEST;
    super(scope, id, { kind: 'runtime', version });
    this.containerd = new Component(this, 'containerd', {
      version,
      source: goModule(MODULE, {
        commands: COMMANDS.map((name) => `./cmd/${name}`),
        tags: ['netgo', 'osusergo', 'static_build', 'urfave_cli_no_docs'],
        variables: { [`${MODULE}/version.Version`]: 'v{version}', [`${MODULE}/version.Package`]: MODULE },
      }),
      summary: 'Industry-standard container runtime',
      homepage: 'https://containerd.io',
    });
    this.runc = new Runc(this, 'runc', {
      ...(props.runc === undefined ? {} : { version: props.runc }),
      ...(props.release === undefined ? {} : { release: props.release }),
    });
    this.#package(props);
  }

  #package({ cgroupDriver = 'systemd', release }: ContainerdProps): void {
    const component = this.containerd;
    const sandboxImage = Distro.of(this).imageReference('pause', companionsOf(this).pause);
    new Package(component, 'package', {
      component,
      ...(release === undefined ? {} : { release }),
      description: 'Runs the containers of a node and keeps their images.',
      files: {
        '/etc/containerd/config.toml': config(configToml({ sandboxImage, cgroupDriver })),
        '/etc/containerd/certs.d': directory(),
        '/var/lib/containerd': directory({ mode: 0o711 }),
      },
      depends: ['runc'],
      recommends: ['kubernetes-cni'],
      service: unit('containerd.service', SERVICE),
      overrides: [
        ...goOverrides(COMMANDS.map((name) => `/usr/bin/${name}`)),
        ...modeOverrides('/var/lib/containerd', 0o711, 'containers reach their files in it, nobody lists it'),
      ],
    });
  }
}
