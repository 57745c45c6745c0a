import type { Construct } from 'constructs';
import { z } from 'zod';
import { aptSources } from '../model/apt-sources.ts';
import type { LintOverride } from '../model/package-spec.ts';
import { yumRepoFile } from '../model/yum-repo-file.ts';
import { Distro } from './distro.ts';
import { config, keyring } from './package-files.ts';
import { Package, type PackagedFiles, type PackageProps } from './package.ts';
import { addressSchema, lineSchema, nameSchema } from './schemas.ts';

/** Settings of a {@link Keyring}. */
export interface KeyringProps {
  /** The package's name. @default the distribution's name and `-archive-keyring` */
  readonly name?: string;
  /** The apt repository that machines are set up for. @default none: the deb brings the keys alone */
  readonly apt?: {
    /** The address of the directory that holds `dists` and `pool`. */
    readonly url: string;
    /** @default the distribution's channel */
    readonly suite?: string;
    /** @default ['main'] */
    readonly components?: readonly string[];
  };
  /** The yum repository that machines are set up for. @default none: the rpm brings the keys alone */
  readonly yum?: {
    /** The address of the directory that holds `repodata`. */
    readonly url: string;
  };
}

const schema: z.ZodType<KeyringProps> = z.strictObject({
  name: nameSchema.exactOptional(),
  apt: z
    .strictObject({
      url: addressSchema,
      suite: lineSchema.refine((suite) => !/\s/u.test(suite), 'must be one word').exactOptional(),
      components: z.array(nameSchema).min(1).readonly().exactOptional(),
    })
    .exactOptional(),
  yum: z.strictObject({ url: addressSchema }).exactOptional(),
});

/**
 * The package that makes machines trust the distribution: its keyring, and the files that name its repositories. On
 * rotation it brings the next key to every machine that is kept up to date, before that key signs anything.
 *
 * It needs the `signing` of the {@link Distro}.
 */
export class Keyring extends Package {
  constructor(scope: Construct, id: string, props: KeyringProps = {}) {
    super(scope, id, packageProps(Distro.tryOf(scope), props));
    this.checkProps(schema, props);
  }
}

/** Refused props are reported by the schema; here they only must not throw. */
function packageProps(distro: Distro | undefined, { name, apt, yum }: KeyringProps): PackageProps {
  const id = distro?.name ?? 'distro';
  const vendor = distro?.vendor.name ?? id;
  const ring = `/usr/share/keyrings/${id}-archive-keyring.gpg`;
  const key = `/etc/pki/rpm-gpg/RPM-GPG-KEY-${id}`;
  const deb: PackagedFiles = { [ring]: keyring('binary') };
  const rpm: PackagedFiles = { [key]: keyring('armored') };
  return {
    name: name ?? `${id}-archive-keyring`,
    version: distro?.version ?? '0.0.0',
    arch: 'all',
    summary: `OpenPGP keys and repositories of ${vendor}`,
    overrides: apt === undefined ? [] : [installsSources(id)],
    description: `Packages and repositories of ${vendor} are signed with these keys.`,
    filesFor: {
      deb: apt === undefined ? deb : { ...deb, [`/etc/apt/sources.list.d/${id}.sources`]: sources(apt, distro, ring) },
      rpm: yum === undefined ? rpm : { ...rpm, [`/etc/yum.repos.d/${id}.repo`]: repo(yum.url, { id, vendor, key }) },
    },
  };
}

function installsSources(id: string): LintOverride {
  return {
    tool: 'lintian',
    tag: 'package-installs-apt-sources',
    context: `[etc/apt/sources.list.d/${id}.sources]`,
    reason: 'the package is there to name the repository',
  };
}

function sources(
  { url, suite, components }: NonNullable<KeyringProps['apt']>,
  distro: Distro | undefined,
  signedBy: string,
): PackagedFiles[string] {
  const more = components === undefined ? {} : { components };
  return config(aptSources({ url, suite: suite ?? distro?.channel ?? 'stable', signedBy, ...more }));
}

function repo(
  url: string,
  { id, vendor, key }: { readonly id: string; readonly vendor: string; readonly key: string },
): PackagedFiles[string] {
  return config(yumRepoFile({ id, name: vendor, url, key: `file://${key}` }));
}
