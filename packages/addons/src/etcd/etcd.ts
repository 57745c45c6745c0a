import {
  Component,
  directory,
  goModule,
  goOverrides,
  Image,
  modeOverrides,
  Package,
  systemd,
  sysuser,
} from '@distrokit/core';
import type { Construct } from 'constructs';
import { companionsOf } from '../kernel-versions.ts';

/** Settings of {@link Etcd}. */
export interface EtcdProps {
  /** @default the version that kubeadm of the distribution's kernel expects */
  readonly version?: string;
  /** Our part of the package version. @default '1' */
  readonly release?: string;
}

const COMMANDS = {
  etcd: 'go.etcd.io/etcd/server/v3',
  etcdctl: 'go.etcd.io/etcd/etcdctl/v3',
  etcdutl: 'go.etcd.io/etcd/etcdutl/v3',
};

/** The store of the cluster's state: etcd with its two tools, built from source, a package with a service, and an image. */
export class Etcd extends Component {
  constructor(scope: Construct, id: string, props: EtcdProps = {}) {
    super(scope, id, {
      name: 'etcd',
      version: props.version ?? companionsOf(scope).etcd,
      source: goModule('go.etcd.io/etcd/server/v3', {
        commands: COMMANDS,
        with: { 'go.etcd.io/etcd/etcdctl/v3': 'v{version}', 'go.etcd.io/etcd/etcdutl/v3': 'v{version}' },
      }),
      summary: 'Distributed reliable key-value store',
      homepage: 'https://etcd.io',
    });
    // As kubeadm calls it. Root, because kubeadm makes the directory of the data for root alone.
    new Image(this, 'image', { layers: [this], tag: `${this.version}-0`, user: 0 });
    const names = Object.keys(COMMANDS);
    new Package(this, 'package', {
      component: this,
      ...(props.release === undefined ? {} : { release: props.release }),
      description: 'Keeps the state of a Kubernetes cluster, replicated with the Raft protocol.',
      section: 'database',
      files: {
        '/var/lib/etcd': directory({ mode: 0o700, owner: 'etcd', group: 'etcd' }),
      },
      service: systemd({
        exec: '/usr/bin/etcd --data-dir=/var/lib/etcd',
        documentation: 'https://etcd.io/docs/',
        restart: 'on-failure',
        restartSec: 5,
        user: sysuser('etcd', { home: '/var/lib/etcd' }),
        service: ['Type=notify', 'LimitNOFILE=65536'],
        enable: false,
        start: false,
      }),
      overrides: [
        ...goOverrides(names.map((name) => `/usr/bin/${name}`)),
        ...modeOverrides('/var/lib/etcd', 0o700, 'the state of a cluster holds its secrets'),
      ],
    });
  }
}
