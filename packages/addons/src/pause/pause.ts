import { Component, cProgram, Distro, Image } from '@distrokit/core';
import type { Construct } from 'constructs';
import { companionsOf } from '../kernel-versions.ts';

/** Settings of {@link Pause}. */
export interface PauseProps {
  /** @default the version that kubeadm of the distribution's kernel expects */
  readonly version?: string;
}

/** The program that holds a pod's namespaces: one C file of the kernel's module, compiled to a static binary, and its image. */
export class Pause extends Component {
  constructor(scope: Construct, id: string, props: PauseProps = {}) {
    const kernel = Distro.of(scope).kernel.version;
    super(scope, id, {
      name: 'pause',
      version: props.version ?? companionsOf(scope).pause,
      source: cProgram('pause', {
        module: 'k8s.io/kubernetes',
        version: `v${kernel}`,
        files: ['build/pause/linux/pause.c'],
        cflags: ['-Os', '-Wall', '-Werror', '-DVERSION=v{version}'],
      }),
      summary: "Holds a pod's namespaces",
      homepage: 'https://kubernetes.io',
    });
    new Image(this, 'image', { layers: [this], user: 65535 });
  }
}
