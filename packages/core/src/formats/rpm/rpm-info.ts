import type { ArchName } from '../../model/arch.ts';
import type { Sha256 } from '../../model/digest.ts';
import type { Compression } from '../../model/target.ts';
import type { RpmDependencies } from './dependencies.ts';
import type { RpmScripts } from './scripts.ts';

/** Everything that an rpm says, after all of it was verified. */
export interface RpmInfo {
  readonly name: string;
  /** 0 when the package has none. */
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly arch: ArchName | 'all';
  readonly summary: string;
  readonly description: string;
  readonly license: string;
  readonly homepage: string;
  readonly vendor: string;
  /** `Name <email>`. */
  readonly maintainer: string;
  readonly group: string;
  /** Seconds since 1970. */
  readonly buildTime: number;
  readonly buildHost: string;
  readonly sourceRpm: string;
  readonly compression: Compression;
  /** Bytes of all files together. */
  readonly installedSize: number;
  /** Bytes of the payload before compression. */
  readonly archiveSize: number;
  /** Where the package header is, in bytes from the start of the file; yum repositories list it. */
  readonly headerRange: { readonly start: number; readonly end: number };
  /** True when there is an OpenPGP signature; whether it is good is not said. */
  readonly signed: boolean;
  readonly dependencies: RpmDependencies;
  /** In rpm's order. */
  readonly files: readonly RpmFile[];
  readonly scripts: RpmScripts;
  /** Newest first. */
  readonly changelog: readonly RpmChangelogEntry[];
}

/** A file of an rpm. */
export interface RpmFile {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'ghost';
  /** Permission bits. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Of a regular file that is shipped. */
  readonly sha256?: Sha256;
  /** Of a symlink. */
  readonly target?: string;
  readonly config?: 'noreplace' | 'replace';
  readonly role?: 'doc' | 'license';
  readonly capabilities?: string;
}

/** An entry of an rpm's changelog. */
export interface RpmChangelogEntry {
  /** Seconds since 1970. */
  readonly date: number;
  /** `Name <email> - version-release`. */
  readonly name: string;
  readonly text: string;
}
