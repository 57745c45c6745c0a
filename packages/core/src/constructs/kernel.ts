import type { Construct } from 'constructs';
import { z } from 'zod';
import type { Problem } from '../errors/distro-error.ts';
import { KERNEL_COMPONENTS, type KernelComponentName, type KernelSource } from '../model/kernel.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import { Component } from './component.ts';
import { Element } from './element.ts';
import { Image } from './image.ts';
import { kernelPackage } from './kernel-packages.ts';
import { Package } from './package.ts';
import type { PatchSource } from './patch.ts';
import { sourceSchema, versionSchema } from './schemas.ts';

/** Settings of a {@link Kernel}. */
export interface KernelProps {
  /** The Kubernetes version, without a leading `v`. */
  readonly version: string;
  /** Where its binaries come from: `kubernetes.fromGoModule()` or `kubernetes.fromUpstream()`. */
  readonly source: KernelSource;
  /** Our part of the package versions. @default '1' */
  readonly release?: string;
  /** Patches by component. */
  readonly patches?: Readonly<Partial<Record<KernelComponentName, readonly PatchSource[]>>>;
}

const schema: z.ZodType<KernelProps> = z.strictObject({
  version: versionSchema,
  source: z.custom<KernelSource>(
    (value) => typeof value === 'function',
    'must be kubernetes.fromGoModule() or kubernetes.fromUpstream()',
  ),
  release: z.string().exactOptional(),
  patches: z
    .partialRecord(z.enum(KERNEL_COMPONENTS), z.array(sourceSchema as unknown as z.ZodType<PatchSource>))
    .exactOptional(),
});

/** The components that run as static pods and so need nothing in their image but themselves. */
const STATIC_PODS: ReadonlySet<KernelComponentName> = new Set([
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
]);

/**
 * The Kubernetes binaries, managed as one unit: one version, one source, a component and a package for each, and an
 * image for each part of the control plane.
 */
export class Kernel extends Element {
  readonly role = 'kernel';
  readonly props: KernelProps;

  constructor(scope: Construct, id: string, props: KernelProps) {
    super(scope, id);
    this.props = this.checkProps(schema, props);
    if (this.propProblems.length > 0) return;
    for (const name of KERNEL_COMPONENTS) {
      const component = new Component(this, name, {
        version: props.version,
        source: props.source(name, props.version),
        homepage: 'https://kubernetes.io',
        ...kernelPackage(name).about,
        ...(props.patches?.[name] === undefined ? {} : { patches: props.patches[name] }),
      });
      new Package(component, 'package', {
        component,
        ...(props.release === undefined ? {} : { release: props.release }),
        ...kernelPackage(name).package,
      });
      if (STATIC_PODS.has(name)) this.#image(component);
    }
  }

  /** As installers expect it. Root, because the keys of a cluster's authorities are root's. */
  #image(component: Component): void {
    new Image(component, 'image', { layers: [component], tag: `v${this.version}`, user: 0 });
  }

  get version(): string {
    return this.props.version;
  }

  /** The version without its patch level: `1.36`. */
  get minor(): string {
    return this.version.split('.').slice(0, 2).join('.');
  }

  /** A component of the kernel, such as its kubelet. */
  component(name: KernelComponentName): Component {
    return this.node.findChild(name) as Component;
  }

  override check(): readonly Omit<Problem, 'path'>[] {
    if (/^1\.\d+\.\d+/.test(this.version)) return [];
    return [
      {
        code: 'KERNEL_UNKNOWN',
        message: `there is no Kubernetes ${this.version}`,
        hint: 'Kubernetes versions look like 1.36.3',
      },
    ];
  }

  override plan(builder: PlanBuilder): void {
    builder.kernel({ version: this.version, path: this.node.path, components: [...KERNEL_COMPONENTS].sort() });
  }
}
