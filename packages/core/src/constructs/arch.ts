import type { Construct } from 'constructs';
import { z } from 'zod';
import type { Problem } from '../errors/distro-error.ts';
import { ARCH_NAMES, type ArchName } from '../model/arch.ts';
import { nearest } from '../model/nearest.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import { Element } from './element.ts';

/** Settings of an {@link Arch}. */
export interface ArchProps {
  /** How well it is supported: 1 blocks a release when it fails, 2 does not. @default 1 */
  readonly tier?: 1 | 2;
}

const schema: z.ZodType<ArchProps> = z.strictObject({
  tier: z.union([z.literal(1), z.literal(2)]).exactOptional(),
});

/** A CPU architecture that the distribution is made for. Its id is Go's name for it. */
export class Arch extends Element {
  readonly role = 'arch';
  readonly tier: 1 | 2;

  constructor(scope: Construct, id: ArchName, props: ArchProps = {}) {
    super(scope, id);
    this.tier = this.checkProps(schema, props).tier ?? 1;
  }

  get name(): ArchName {
    return this.node.id as ArchName;
  }

  override check(): readonly Omit<Problem, 'path'>[] {
    if (ARCH_NAMES.includes(this.name)) return [];
    const near = nearest(this.name, ARCH_NAMES);
    const hint = near === undefined ? `known: ${ARCH_NAMES.join(', ')}` : `did you mean ${near}?`;
    return [{ code: 'ARCH_UNSUPPORTED', message: `there is no architecture ${JSON.stringify(this.name)}`, hint }];
  }

  override plan(builder: PlanBuilder): void {
    builder.arch({ name: this.name, tier: this.tier, path: this.node.path });
  }
}
