import type { Construct } from 'constructs';
import { z } from 'zod';
import type { PlanBuilder } from '../plan/builder.ts';
import { Element } from './element.ts';
import { versionSchema } from './schemas.ts';

/** What a driver connects the kernel to. A node has one runtime and one network; the others can stand side by side. */
export type DriverKind = 'runtime' | 'network' | 'storage' | 'device' | 'cloud';

/** Settings of a {@link Driver}. */
export interface DriverProps {
  readonly kind: DriverKind;
  /** The driver's version, semver without a leading `v`. */
  readonly version: string;
}

const schema: z.ZodType<DriverProps> = z.strictObject({
  kind: z.enum(['runtime', 'network', 'storage', 'device', 'cloud']),
  version: versionSchema,
});

/** What connects the kernel to the world under it: a container runtime, a network, storage, devices or a cloud. */
export class Driver extends Element {
  readonly role = 'driver';
  readonly driverKind: DriverKind;
  readonly version: string;

  constructor(scope: Construct, id: string, props: DriverProps) {
    super(scope, id);
    const { kind, version } = this.checkProps(schema, props);
    this.driverKind = kind;
    this.version = version;
  }

  override plan(builder: PlanBuilder): void {
    builder.driver({ name: this.node.id, kind: this.driverKind, version: this.version, path: this.node.path });
  }
}
