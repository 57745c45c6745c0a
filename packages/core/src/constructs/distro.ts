import type { Construct } from 'constructs';
import { DistroError, type Problem } from '../errors/distro-error.ts';
import { ARCH_NAMES, type ArchName } from '../model/arch.ts';
import { imagePlaceholder } from '../model/image-placeholder.ts';
import { nearest } from '../model/nearest.ts';
import { TARGET_NAMES, type TargetName } from '../model/target.ts';
import { signingPolicyProblems, type SigningPolicy } from '../model/signing-policy.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import type { AddOn } from './add-on.ts';
import type { Arch } from './arch.ts';
import type { Component } from './component.ts';
import type { Driver } from './driver.ts';
import { Element } from './element.ts';
import type { Image } from './image.ts';
import type { Kernel } from './kernel.ts';
import type { Package } from './package.ts';
import { distroSchema, type DistroProps, type Vendor } from './distro-props.ts';
import { nameSchema } from './schemas.ts';

export type { DistroProps, Vendor } from './distro-props.ts';

/** A Kubernetes distribution: what one release is made of. Its id is its name. */
export class Distro extends Element {
  readonly role = 'distro';
  readonly props: DistroProps;

  constructor(scope: Construct, id: string, props: DistroProps) {
    super(scope, id);
    this.props = this.checkProps(distroSchema, props);
  }

  /** True for a distribution, whichever copy of the library made it. */
  static isDistro(value: unknown): value is Distro {
    return Element.isElement(value) && value.role === 'distro';
  }

  /** The distribution that a construct belongs to, or undefined outside of one. */
  static tryOf(construct: Construct): Distro | undefined {
    return construct.node.scopes.find(Distro.isDistro);
  }

  /** The distribution that a construct belongs to. @throws VALIDATION outside of one */
  static of(construct: Construct): Distro {
    const distro = Distro.tryOf(construct);
    if (distro !== undefined) return distro;
    throw new DistroError('VALIDATION', 'the construct is not inside a Distro', { path: construct.node.path });
  }

  /** The distribution's name: its id. */
  get name(): string {
    return this.node.id;
  }

  get version(): string {
    return this.props.version;
  }

  get channel(): string {
    return this.props.channel ?? 'stable';
  }

  get vendor(): Vendor {
    return this.props.vendor;
  }

  /** Who packages name as their maintainer: `Harbor <release@harbor.example>`. */
  get maintainer(): string {
    return `${this.vendor.name} <${this.vendor.email}>`;
  }

  get registry(): string {
    return this.props.registry;
  }

  get targets(): readonly TargetName[] {
    return this.props.targets;
  }

  /** The keys that sign releases, where there are any. */
  get signing(): SigningPolicy | undefined {
    return this.props.signing;
  }

  /** The architectures, in the order they were added. */
  get arches(): readonly Arch[] {
    return this.#children('arch');
  }

  /** The names of the architectures, in the order they were added; one that does not exist is reported and left out. */
  get archNames(): readonly ArchName[] {
    return this.arches.map((arch) => arch.name).filter((name) => ARCH_NAMES.includes(name));
  }

  /** The kernel, or undefined when there is none yet. */
  get tryKernel(): Kernel | undefined {
    return this.#children('kernel')[0];
  }

  /** The kernel. @throws KERNEL_COUNT when there is none */
  get kernel(): Kernel {
    const kernel = this.tryKernel;
    if (kernel === undefined)
      throw this.error('KERNEL_COUNT', 'the distribution has no Kernel', "add: new Kernel(this, 'kernel', { … })");
    return kernel;
  }

  /** The add-ons anywhere in the distribution, in tree order. */
  get addOns(): readonly AddOn[] {
    return this.#descendants('add-on');
  }

  /** The drivers anywhere in the distribution, in tree order. */
  get drivers(): readonly Driver[] {
    return this.#descendants('driver');
  }

  /** The components anywhere in the distribution, in tree order. */
  get components(): readonly Component[] {
    return this.#descendants('component');
  }

  /** The add-on of an id, or undefined. */
  tryFindAddOn(id: string): AddOn | undefined {
    return this.addOns.find((addOn) => addOn.node.id === id);
  }

  /** The add-on of an id. @throws VALIDATION naming the nearest */
  addOn(id: string): AddOn {
    const addOn = this.tryFindAddOn(id);
    if (addOn !== undefined) return addOn;
    const ids = this.addOns.map((element) => element.node.id);
    const near = nearest(id, ids);
    throw this.error(
      'VALIDATION',
      `there is no add-on ${id}`,
      near === undefined ? `there are: ${ids.join(', ')}` : `did you mean ${near}?`,
    );
  }

  /** The images anywhere in the distribution, in tree order. */
  get images(): readonly Image[] {
    return this.#descendants('image');
  }

  /**
   * The reference of an image of this distribution, by name and tag, whether or not its construct is there yet:
   * `registry.harbor.example/coredns:v1.14.2@sha256:…`. In everything that is built, the digest in it is the image's.
   */
  imageReference(name: string, tag: string): string {
    return `${this.registry}/${name}:${tag}@sha256:${imagePlaceholder(name, tag)}`;
  }

  /** This construct and everything below it, parents first. */
  elements(): readonly Element[] {
    return this.node.findAll().filter(Element.isElement);
  }

  override check(): readonly Omit<Problem, 'path'>[] {
    return [
      ...this.#checkName(),
      ...this.#checkTargets(),
      ...this.#checkArches(),
      ...this.#checkKernels(),
      ...this.#checkDrivers(),
      ...this.#checkAdvisories(),
      ...(this.signing === undefined ? [] : signingPolicyProblems(this.signing)),
    ];
  }

  override plan(builder: PlanBuilder): void {
    builder.distro({
      name: this.name,
      version: this.version,
      channel: this.channel,
      vendor: this.vendor,
      registry: this.registry,
      targets: this.targets,
      ...(this.props.advisories === undefined ? {} : { advisories: this.props.advisories }),
    });
    if (this.signing !== undefined) builder.keyring(this.node.path, this.signing);
  }

  #checkName(): readonly Omit<Problem, 'path'>[] {
    const result = nameSchema.safeParse(this.name);
    if (result.success) return [];
    return [
      {
        code: 'NAME_INVALID',
        message: `the name ${JSON.stringify(this.name)} ${result.error.issues[0]?.message ?? 'is refused'}`,
      },
    ];
  }

  #checkTargets(): readonly Omit<Problem, 'path'>[] {
    return this.targets
      .filter((target) => !TARGET_NAMES.includes(target))
      .map((target) => ({
        code: 'TARGET_UNKNOWN',
        message: `there is no target ${JSON.stringify(target)}`,
        hint: `known: ${TARGET_NAMES.join(', ')}`,
      }));
  }

  #checkArches(): readonly Omit<Problem, 'path'>[] {
    if (this.arches.length === 0) {
      return [{ code: 'NO_ARCH', message: 'the distribution has no Arch', hint: "add: new Arch(this, 'amd64')" }];
    }
    return [];
  }

  #checkKernels(): readonly Omit<Problem, 'path'>[] {
    const kernels = this.#children('kernel');
    if (kernels.length === 1) return [];
    const hint =
      kernels.length === 0
        ? "add: new Kernel(this, 'kernel', { version, source })"
        : `keep one of ${kernels.map((kernel) => kernel.node.id).join(', ')}`;
    return [{ code: 'KERNEL_COUNT', message: `a distribution has one Kernel, this one has ${kernels.length}`, hint }];
  }

  #checkAdvisories(): readonly Omit<Problem, 'path'>[] {
    const packages = new Set(this.#descendants('package').map(({ name }) => name));
    return (this.props.advisories ?? []).flatMap(({ id, packages: named }) => {
      const unknown = named.filter((name) => !packages.has(name)).join(', ');
      return unknown === ''
        ? []
        : [{ code: 'VALIDATION', message: `advisory ${id} names no package of it: ${unknown}` }];
    });
  }

  /** A node has one container runtime and one network; the other kinds can stand side by side. */
  #checkDrivers(): readonly Omit<Problem, 'path'>[] {
    return (['runtime', 'network'] as const).flatMap((role) => {
      const rivals = this.drivers.filter((driver) => driver.driverKind === role);
      if (rivals.length < 2) return [];
      const paths = rivals.map((driver) => driver.node.path).join(' and ');
      return [
        { code: 'DRIVER_CONFLICT' as const, message: `${paths} are both ${role} drivers`, hint: 'remove one of them' },
      ];
    });
  }

  #children<R extends keyof ByRole>(role: R): readonly ByRole[R][] {
    return this.node.children.filter((child): child is ByRole[R] => Element.isElement(child) && child.role === role);
  }

  #descendants<R extends keyof ByRole>(role: R): readonly ByRole[R][] {
    return this.elements().filter((element): element is ByRole[R] => element.role === role);
  }
}

/** The classes of the roles; types only, since the classes import this one. */
interface ByRole {
  readonly package: Package;
  readonly arch: Arch;
  readonly kernel: Kernel;
  readonly component: Component;
  readonly image: Image;
  readonly 'add-on': AddOn;
  readonly driver: Driver;
}
