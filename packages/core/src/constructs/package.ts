import type { Construct } from 'constructs';
import { z } from 'zod';
import type { ArchName } from '../model/arch.ts';
import type {
  LintOverride,
  PackageRelations,
  PackageScripts,
  PackageSpec,
  RelationKind,
} from '../model/package-spec.ts';
import type { PackageFormat } from '../model/target.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import type { Component } from './component.ts';
import { changelogOverrides } from './changelog-overrides.ts';
import { copyrightText } from './copyright.ts';
import { Distro } from './distro.ts';
import { Element } from './element.ts';
import { packagedContent } from './file-content.ts';
import { binary, packagedFileSchema, toPackageFile, type PackagedFile } from './package-files.ts';
import { lineSchema } from './schemas.ts';
import { sysusersLine, toUnit, userOf, type Service } from './systemd.ts';

/** One value for both families, or one for each. */
export type PerFormat<T> = T | { readonly deb?: T; readonly rpm?: T };

/** Files by destination. */
export type PackagedFiles = Readonly<Record<string, PackagedFile>>;

/** One release in a package's changelog. */
export interface PackageChange {
  /** Our part of the version that it belongs to. */
  readonly release: string;
  /** One line each. */
  readonly changes: readonly string[];
}

/** Settings of a {@link Package}. */
export interface PackageProps {
  /** What it packages: its version, summary and binaries are the defaults. */
  readonly component?: Component;
  /** @default the component's name, else the construct's id */
  readonly name?: string;
  /** Upstream's version; needed without a component. @default the component's */
  readonly version?: string;
  /** Our part of the package version. @default '1' */
  readonly release?: string;
  readonly epoch?: number;
  /** `all` for a package without machine code. @default one package for each architecture */
  readonly arch?: 'all';
  /** @default the component's */
  readonly summary?: string;
  /** Paragraphs separated by empty lines. @default the summary as a sentence */
  readonly description?: string;
  /** An SPDX expression. @default the component's, else 'Apache-2.0' */
  readonly license?: string;
  /** @default the component's, else the vendor's address */
  readonly homepage?: string;
  /** Debian's archive section. @default 'admin' */
  readonly section?: string;
  /** The directory for the component's binaries, or `false` to place them with `files`. @default '/usr/bin' */
  readonly binaries?: string | false;
  /** Files by destination, beside the component's binaries. @default none */
  readonly files?: PackagedFiles;
  /** Further files of one family only. */
  readonly filesFor?: { readonly deb?: PackagedFiles; readonly rpm?: PackagedFiles };
  readonly depends?: PerFormat<readonly string[]>;
  readonly preDepends?: PerFormat<readonly string[]>;
  readonly recommends?: PerFormat<readonly string[]>;
  readonly suggests?: PerFormat<readonly string[]>;
  readonly provides?: PerFormat<readonly string[]>;
  readonly conflicts?: PerFormat<readonly string[]>;
  readonly breaks?: PerFormat<readonly string[]>;
  readonly replaces?: PerFormat<readonly string[]>;
  /** Its systemd service, or several. */
  readonly service?: Service | readonly Service[];
  /** Lines for a tmpfiles.d file. @default [] */
  readonly tmpfiles?: readonly string[];
  /** Maintainer scripts, beside those that units, users and files need. */
  readonly scripts?: PerFormat<PackageScripts>;
  /** What changed, newest first. @default one entry that names the upstream version */
  readonly changelog?: readonly PackageChange[];
  /** Findings of lintian and rpmlint that are meant to be so. @default [] */
  readonly overrides?: readonly LintOverride[];
}

const relations: z.ZodType<PerFormat<readonly string[]>> = z.union([
  z.array(z.string()),
  z.strictObject({ deb: z.array(z.string()).exactOptional(), rpm: z.array(z.string()).exactOptional() }),
]);
const scripts: z.ZodType<PackageScripts> = z.strictObject({
  preInstall: z.string().exactOptional(),
  postInstall: z.string().exactOptional(),
  preRemove: z.string().exactOptional(),
  postRemove: z.string().exactOptional(),
});
const files: z.ZodType<PackagedFiles> = z.record(z.string(), packagedFileSchema);
const service: z.ZodType<Service> = z.custom<Service>(
  (value) => typeof value === 'object' && value !== null && ('exec' in value || 'text' in value),
  'must be made by systemd(…) or unit(…)',
);

const schema: z.ZodType<PackageProps> = z.strictObject({
  component: z
    .custom<Component>((value) => Element.isElement(value) && value.role === 'component', 'must be a Component')
    .exactOptional(),
  name: z.string().exactOptional(),
  version: z.string().exactOptional(),
  release: z.string().exactOptional(),
  epoch: z.number().int().min(0).exactOptional(),
  arch: z.literal('all').exactOptional(),
  summary: z.string().exactOptional(),
  description: z.string().exactOptional(),
  license: lineSchema.exactOptional(),
  homepage: lineSchema.exactOptional(),
  section: lineSchema.exactOptional(),
  binaries: z.union([z.string(), z.literal(false)]).exactOptional(),
  files: files.exactOptional(),
  filesFor: z.strictObject({ deb: files.exactOptional(), rpm: files.exactOptional() }).exactOptional(),
  depends: relations.exactOptional(),
  preDepends: relations.exactOptional(),
  recommends: relations.exactOptional(),
  suggests: relations.exactOptional(),
  provides: relations.exactOptional(),
  conflicts: relations.exactOptional(),
  breaks: relations.exactOptional(),
  replaces: relations.exactOptional(),
  service: z.union([service, z.array(service).readonly()]).exactOptional(),
  tmpfiles: z.array(lineSchema).readonly().exactOptional(),
  scripts: z
    .union([scripts, z.strictObject({ deb: scripts.exactOptional(), rpm: scripts.exactOptional() })])
    .exactOptional(),
  changelog: z
    .array(z.strictObject({ release: z.string(), changes: z.array(z.string()).readonly() }))
    .readonly()
    .exactOptional(),
  overrides: z
    .array(
      z.strictObject({
        tool: z.enum(['lintian', 'rpmlint']),
        tag: lineSchema,
        context: lineSchema.exactOptional(),
        reason: lineSchema,
      }),
    )
    .readonly()
    .exactOptional(),
});

const RELATION_KINDS: readonly RelationKind[] = [
  'depends',
  'preDepends',
  'recommends',
  'suggests',
  'provides',
  'conflicts',
  'breaks',
  'replaces',
];

/**
 * A package in every format that the targets need, for every architecture. Units, users, directories and configuration
 * files are declared once; each family gets its own rendering.
 */
export class Package extends Element {
  readonly role = 'package';
  readonly props: PackageProps;

  constructor(scope: Construct, id: string, props: PackageProps) {
    super(scope, id);
    this.props = this.checkProps(schema, props);
  }

  get name(): string {
    return this.props.name ?? this.props.component?.name ?? this.node.id;
  }

  get version(): string {
    return this.props.version ?? this.props.component?.version ?? '';
  }

  override plan(builder: PlanBuilder): void {
    const arches = this.props.arch === 'all' ? (['all'] as const) : builder.arches;
    for (const arch of arches) {
      for (const format of builder.formats.keys()) {
        builder.package(this.node.path, {
          format,
          spec: this.#spec(builder, format, arch),
          ...(this.props.component === undefined ? {} : { component: this.props.component.name }),
        });
      }
    }
  }

  #spec(builder: PlanBuilder, format: PackageFormat, arch: ArchName | 'all'): PackageSpec {
    const distro = Distro.of(this);
    const { props } = this;
    const about = props.component?.props;
    const summary = props.summary ?? about?.summary ?? this.name;
    const services = listOf(props.service);
    const license = props.license ?? about?.license ?? 'Apache-2.0';
    const homepage = props.homepage ?? about?.homepage ?? distro.vendor.url;
    const release = props.release ?? '1';
    const changelog = this.#changelog(builder.date, distro.maintainer, release);
    return {
      name: this.name,
      version: this.version,
      release,
      ...(props.epoch === undefined ? {} : { epoch: props.epoch }),
      arch,
      summary,
      description: props.description ?? `${summary}.`,
      license,
      homepage,
      vendor: distro.vendor.name,
      maintainer: distro.maintainer,
      section: props.section ?? 'admin',
      relations: this.#relations(format),
      files: this.#files(builder, format, arch),
      scripts: forFormat<PackageScripts>(props.scripts, format) ?? {},
      units: services.map((entry) => toUnit(entry, { name: this.name, summary })),
      sysusers: services.flatMap((entry) => userOf(entry) ?? []).map(sysusersLine),
      tmpfiles: props.tmpfiles ?? [],
      changelog,
      copyright: copyrightText({ name: this.name, homepage, license, vendor: distro.vendor.name, date: builder.date }),
      overrides: [...(props.overrides ?? []), ...changelogOverrides(changelog)].filter(
        (override) => override.tool === (format === 'deb' ? 'lintian' : 'rpmlint'),
      ),
      date: builder.date,
    };
  }

  #relations(format: PackageFormat): PackageRelations {
    const given = RELATION_KINDS.flatMap((kind) => {
      const list = forFormat<readonly string[]>(this.props[kind], format);
      return list === undefined || list.length === 0 ? [] : [[kind, list] as const];
    });
    return Object.fromEntries(given);
  }

  #files(builder: PlanBuilder, format: PackageFormat, arch: ArchName | 'all'): PackageSpec['files'] {
    const { filesFor } = this.props;
    const entries = { ...this.#binaries(builder, arch), ...this.props.files, ...filesFor?.[format] };
    return Object.entries(entries).map(([path, entry]) =>
      toPackageFile(
        path,
        entry,
        packagedContent(builder, { owner: this.node.path, path, arch, signing: Distro.of(this).signing }),
      ),
    );
  }

  #binaries(builder: PlanBuilder, arch: ArchName | 'all'): PackagedFiles {
    const { component, binaries = '/usr/bin' } = this.props;
    if (component === undefined || binaries === false || arch === 'all') return {};
    const names = [...component.files(builder, arch).keys()];
    return Object.fromEntries(names.map((name) => [`${binaries}/${name}`, binary(component, name)]));
  }

  #changelog(date: number, author: string, release: string): PackageSpec['changelog'] {
    const { changelog = [{ release, changes: [`Package ${this.name} ${this.version}.`] }] } = this.props;
    return changelog.map((entry) => ({
      version: `${this.version}-${entry.release}`,
      date,
      author,
      changes: entry.changes,
    }));
  }
}

function listOf(value: Service | readonly Service[] | undefined): readonly Service[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Service[]) : [value as Service];
}

function forFormat<T extends object>(value: PerFormat<T> | undefined, format: PackageFormat): T | undefined {
  if (value === undefined || Array.isArray(value)) return value as T | undefined;
  if (!('deb' in value) && !('rpm' in value)) return value as T;
  return value[format];
}
