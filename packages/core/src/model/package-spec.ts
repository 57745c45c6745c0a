import type { ArchName } from './arch.ts';

/**
 * One package of one format, as plain data: what the deb and the rpm writer take. Everything that is declared once and
 * looks different in the two families (units, users, directories, configuration files) is here by meaning; the writer
 * of the format renders it.
 *
 * @typeParam C - how a file's content is named: a reference in the plan, a `ByteSource` when it is written.
 */
export interface PackageSpec<C = PackageContent> {
  /** The package's name: lower-case letters, digits, `+`, `-` and `.`, at least two, starting with a letter or digit. */
  readonly name: string;
  /** Upstream's version, such as `1.36.3` or `1.37.0-rc.1`; the writer renders a pre-release with `~`. */
  readonly version: string;
  /** Our part of the version: `1` in `1.36.3-1`. */
  readonly release: string;
  /** Written before the version as `epoch:`; only for a version scheme that went backwards. */
  readonly epoch?: number;
  /** The architecture, or `all` for a package without machine code (`noarch` in rpm). */
  readonly arch: ArchName | 'all';
  /** One line without a full stop. */
  readonly summary: string;
  /** Paragraphs separated by empty lines; a line that starts with a space is kept as it is. */
  readonly description: string;
  /** An SPDX licence expression. */
  readonly license: string;
  /** Where the software comes from. */
  readonly homepage: string;
  readonly vendor: string;
  /** `Name <email>`. */
  readonly maintainer: string;
  /** Debian's archive section; rpm ignores it. */
  readonly section: string;
  readonly relations: PackageRelations;
  readonly files: readonly PackageFile<C>[];
  readonly scripts: PackageScripts;
  readonly units: readonly PackageUnit[];
  /** Lines of a sysusers.d file, such as `u node-agent - "Node agent" /var/lib/node-agent`. */
  readonly sysusers: readonly string[];
  /** Lines of a tmpfiles.d file, such as `d /run/node-agent 0750 node-agent node-agent -`. */
  readonly tmpfiles: readonly string[];
  /** Newest first; at least one. */
  readonly changelog: readonly ChangelogEntry[];
  /** The text of the copyright file (machine-readable Debian format). */
  readonly copyright: string;
  /** Findings of `lintian` and `rpmlint` that are meant to be so. */
  readonly overrides: readonly LintOverride[];
  /** Seconds since 1970: the time of every file, the build and the compressed members. */
  readonly date: number;
}

/** Relations to other packages, in the syntax of the family: `iptables (>= 1.4.21)` for deb, `iptables >= 1.4.21` for rpm. */
export interface PackageRelations {
  readonly depends?: readonly string[];
  /** deb only: must be configured before this one is unpacked. */
  readonly preDepends?: readonly string[];
  readonly recommends?: readonly string[];
  readonly suggests?: readonly string[];
  readonly provides?: readonly string[];
  readonly conflicts?: readonly string[];
  /** deb only. */
  readonly breaks?: readonly string[];
  /** `Replaces` in a deb, `Obsoletes` in an rpm. */
  readonly replaces?: readonly string[];
}

/** The kinds of relation, in the order that control files list them. */
export type RelationKind = keyof PackageRelations;

/** Bodies of maintainer scripts: POSIX shell without the `#!` line. They run beside what the writer generates. */
export interface PackageScripts {
  readonly preInstall?: string;
  readonly postInstall?: string;
  readonly preRemove?: string;
  readonly postRemove?: string;
}

/** A systemd unit that the package ships. */
export interface PackageUnit {
  /** Such as `kubelet.service`. */
  readonly name: string;
  /** The unit file's text. */
  readonly text: string;
  /** Enabled when first installed, if the administrator's presets do not say otherwise. */
  readonly enable: boolean;
  /** Started when installed, and restarted on upgrade. */
  readonly start: boolean;
}

/** One release of a package. */
export interface ChangelogEntry {
  /** Package version with release, such as `1.36.3-1`. */
  readonly version: string;
  /** Seconds since 1970. */
  readonly date: number;
  /** `Name <email>`. */
  readonly author: string;
  /** One line each. */
  readonly changes: readonly string[];
}

/** A finding of a package checker that is accepted, and why. */
export interface LintOverride {
  readonly tool: 'lintian' | 'rpmlint';
  /** The finding's name, such as `statically-linked-binary`. */
  readonly tag: string;
  /** Its context, such as `[usr/bin/kubelet]`; every one when absent. */
  readonly context?: string;
  readonly reason: string;
}

interface EntryBase {
  /** Absolute and normal: no `..`, no `//`, no trailing slash. */
  readonly path: string;
  /** Permission bits with setuid, setgid and sticky: 0o0000–0o7777. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

/** One entry of a package's file list. */
export type PackageFile<C = PackageContent> =
  | (EntryBase & {
      readonly type: 'file';
      readonly content: C;
      /** A configuration file: conffile in a deb; `%config(noreplace)` in an rpm, or plain `%config` for `replace`. */
      readonly config?: 'noreplace' | 'replace';
      /** Linux file capabilities in the syntax of `setcap`, such as `cap_net_bind_service=ep`. */
      readonly capabilities?: string;
      /** Marks `%doc` or `%license` in an rpm. */
      readonly role?: 'doc' | 'license';
    })
  | (EntryBase & { readonly type: 'directory' })
  | (EntryBase & { readonly type: 'symlink'; readonly target: string })
  /** Owned but not shipped: `%ghost` in an rpm, removed on purge by a deb. */
  | (EntryBase & { readonly type: 'ghost' });

/** How the plan names a file's content. */
export type PackageContent = ContentText | ContentBase64 | ContentRef;

/** Content that stands in the plan itself, as text. */
export interface ContentText {
  readonly text: string;
}

/** Content that stands in the plan itself, as base64. */
export interface ContentBase64 {
  readonly base64: string;
}

/** Content that another step makes. */
export interface ContentRef {
  /** The id of the step. */
  readonly step: string;
  /** The name of one of its outputs. */
  readonly output: string;
}

/** The full version of a package as people say it: `1.36.3-1`, with `epoch:` in front where there is one. */
export function packageVersion(spec: Pick<PackageSpec<unknown>, 'version' | 'release' | 'epoch'>): string {
  const full = `${spec.version}-${spec.release}`;
  return spec.epoch === undefined || spec.epoch === 0 ? full : `${spec.epoch}:${full}`;
}
