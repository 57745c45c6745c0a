import type { Construct } from 'constructs';
import semver from 'semver';
import { z } from 'zod';
import type { Problem } from '../errors/distro-error.ts';
import type { JsonObject } from '../model/json.ts';
import type { Source } from '../model/source.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import { Component } from './component.ts';
import { Distro } from './distro.ts';
import { Element } from './element.ts';
import { isComponent, type ImageProps } from './image-props.ts';
import { Image } from './image.ts';
import { lineSchema, rangeSchema, versionSchema } from './schemas.ts';

/** Settings of an {@link AddOn}. */
export interface AddOnProps {
  /** The add-on's version, semver without a leading `v`. */
  readonly version: string;
  /** The kernels that it was tested with, as a semver range such as `>=1.34 <1.37`. */
  readonly kernels: string;
  /** Who answers for it. */
  readonly owner: string;
  /** Where it comes from. */
  readonly upstream: string;
}

const schema: z.ZodType<AddOnProps> = z.strictObject({
  version: versionSchema,
  kernels: rangeSchema,
  owner: lineSchema,
  upstream: lineSchema,
});

/** Something that runs on the cluster: Kubernetes objects with an owner, a version and the kernels they fit. */
export class AddOn extends Element {
  readonly role = 'add-on';
  readonly about: AddOnProps;
  readonly #objects: JsonObject[] = [];

  constructor(scope: Construct, id: string, props: AddOnProps) {
    super(scope, id);
    this.about = this.checkProps(schema, props);
  }

  /** The objects, in the order they were added. */
  get objects(): readonly JsonObject[] {
    return this.#objects;
  }

  /** Adds a Kubernetes object; a `List` adds its items. Two different objects of one identity are `OBJECT_COLLISION`. */
  manifest(...objects: readonly JsonObject[]): void {
    this.#objects.push(...objects);
  }

  /**
   * Adds an image with this name and the add-on's version as its tag: of a component, or of a source, which becomes a
   * component of that name. Put its `reference` into any object; `layers` in the options come on top of the component.
   */
  image(name: string, from: Component | Source, options: ImageProps = {}): Image {
    const made = isComponent(from) ? from : new Component(this, name, { version: this.about.version, source: from });
    return new Image(this, `${name}-image`, { name, ...options, layers: [made, ...(options.layers ?? [])] });
  }

  /** The reference of an image of this distribution, see `Distro.imageReference`. */
  imageReference(name: string, tag: string): string {
    return Distro.of(this).imageReference(name, tag);
  }

  override check(): readonly Omit<Problem, 'path'>[] {
    const kernel = Distro.of(this).tryKernel;
    if (kernel === undefined || semver.satisfies(kernel.version, this.about.kernels, { includePrerelease: true }))
      return [];
    return [
      {
        code: 'ADDON_KERNEL_RANGE',
        message: `${this.kind} ${this.about.version} supports kernels ${this.about.kernels}, the kernel is ${kernel.version}`,
        hint: 'use another version of the add-on, or widen its range if you have tested it',
      },
    ];
  }

  override plan(builder: PlanBuilder): void {
    const { path, id } = this.node;
    const step = this.#objects.length === 0 ? undefined : builder.manifests(path, `manifests/${id}`, this.#objects);
    const { version, kernels, owner, upstream } = this.about;
    builder.addOn({ name: id, version, kernels, owner, upstream, path, ...(step === undefined ? {} : { step }) });
  }
}
