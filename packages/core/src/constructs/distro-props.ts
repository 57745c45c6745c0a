import { z } from 'zod';
import type { Advisory } from '../model/advisory.ts';
import { advisorySchema } from '../model/advisory-schema.ts';
import type { SigningPolicy } from '../model/signing-policy.ts';
import type { TargetName } from '../model/target.ts';
import { addressSchema, lineSchema, nameSchema, signingSchema, versionSchema } from './schemas.ts';

/** Who publishes a distribution. */
export interface Vendor {
  readonly name: string;
  readonly email: string;
  readonly url: string;
}

/** Settings of a {@link Distro}. */
export interface DistroProps {
  /** The distribution's own version, semver without a leading `v`. */
  readonly version: string;
  /** @default 'stable' */
  readonly channel?: string;
  readonly vendor: Vendor;
  /** Where its images will be published, without a scheme: `registry.harbor.example`. */
  readonly registry: string;
  /** The operating systems to make packages for. */
  readonly targets: readonly TargetName[];
  /** The release date, `2026-11-21T00:00:00Z`. @default SOURCE_DATE_EPOCH, else the lock's date */
  readonly date?: string;
  /** The OpenPGP keys that sign releases. @default none */
  readonly signing?: SigningPolicy;
  /** What this release mends, for `dnf updateinfo`. @default nothing */
  readonly advisories?: readonly Advisory[];
}

/** The schema of {@link DistroProps}. */
export const distroSchema: z.ZodType<DistroProps> = z.strictObject({
  version: versionSchema,
  channel: nameSchema.exactOptional(),
  vendor: z.strictObject({ name: lineSchema, email: z.email(), url: addressSchema }),
  registry: z
    .string()
    .regex(
      /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/,
      'must be a registry such as registry.example.com, without a scheme',
    ),
  targets: z.array(z.string()).min(1).readonly() as unknown as z.ZodType<readonly TargetName[]>,
  date: z.iso.datetime().exactOptional(),
  signing: signingSchema.exactOptional(),
  advisories: z.array(advisorySchema).readonly().exactOptional(),
});
