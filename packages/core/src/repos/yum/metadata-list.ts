import { DistroError } from '../../errors/distro-error.ts';
import { isSha256, type Sha256 } from '../../model/digest.ts';
import { compareText } from '../../model/json.ts';
import { compareRpmVersions } from '../../model/rpm-version.ts';
import { fromXml } from './xml.ts';

/** The lists of a repository and the element that holds each. */
export const LISTS = {
  primary: { element: 'metadata', xmlns: 'http://linux.duke.edu/metadata/common', rpm: true },
  filelists: { element: 'filelists', xmlns: 'http://linux.duke.edu/metadata/filelists', rpm: false },
  other: { element: 'otherdata', xmlns: 'http://linux.duke.edu/metadata/other', rpm: false },
} as const;

/** The name of a list. */
export type ListName = keyof typeof LISTS;

/** A package as the primary list has it. */
export interface PrimaryEntry {
  readonly name: string;
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly sha256: Sha256;
  readonly size: number;
  /** The path of its file in the repository. */
  readonly href: string;
}

/** The head of every document. */
export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The text of a list of packages. */
export function formatList(list: ListName, packages: readonly string[]): string {
  const { element, xmlns, rpm } = LISTS[list];
  const more = rpm ? ' xmlns:rpm="http://linux.duke.edu/metadata/rpm"' : '';
  const open = `<${element} xmlns="${xmlns}"${more} packages="${packages.length}">\n`;
  return `${XML_HEAD}${open}${packages.join('')}</${element}>\n`;
}

/**
 * The elements of a list, as text. Nothing is taken apart that need not be: what is not `element` must be the document's
 * own frame, and a document with a declaration, a comment or marked data is refused.
 *
 * @throws FORMAT_INVALID
 */
export function splitElements(text: string, element: string, what: string): readonly string[] {
  const invalid = (fault: string): DistroError => new DistroError('FORMAT_INVALID', `${what} ${fault}`);
  if (text.includes('<!')) throw invalid('has a declaration, a comment or marked data');
  const found: string[] = [];
  const close = `</${element}>`;
  let frame = '';
  for (let at = 0; ;) {
    const start = text.indexOf(`<${element} `, at);
    if (start === -1) {
      frame += text.slice(at);
      break;
    }
    const end = text.indexOf(close, start);
    if (end === -1) throw invalid(`ends in the middle of a ${element}`);
    frame += text.slice(at, start);
    found.push(`${text.slice(start, end)}${close}\n`);
    at = end + close.length;
  }
  if (!/^\s*<\?xml [^<>]*\?>\s*<([a-z]+)(?: [^<>]*)?>\s*<\/\1>\s*$/u.test(frame)) throw invalid('is not a list');
  return found;
}

/** What the element of a package in the primary list says. @throws FORMAT_INVALID */
export function parsePrimary(element: string, what: string): PrimaryEntry {
  const value = (pattern: RegExp): string => {
    const [, found] = pattern.exec(element) ?? [];
    if (found === undefined) throw new DistroError('FORMAT_INVALID', `${what} has a package without ${pattern.source}`);
    return fromXml(found);
  };
  const entry = {
    name: value(/<name>([^<]+)<\/name>/u),
    arch: value(/<arch>([^<]+)<\/arch>/u),
    epoch: Number(value(/<version [^>]*epoch="(\d+)"/u)),
    version: value(/<version [^>]*ver="([^"]+)"/u),
    release: value(/<version [^>]*rel="([^"]+)"/u),
    sha256: value(/<checksum type="sha256" pkgid="YES">([0-9a-f]+)<\/checksum>/u),
    size: Number(value(/<size [^>]*package="(\d+)"/u)),
    href: value(/<location [^>]*href="([^"]+)"/u),
  };
  const { href, sha256 } = entry;
  if (isSha256(sha256) && !href.split('/').some((part) => part === '' || part.startsWith('.'))) return entry;
  throw new DistroError('FORMAT_INVALID', `${what} has a package at ${JSON.stringify(href)} with the sum ${sha256}`);
}

/** The digest by which the element of a package in another list refers to it. @throws FORMAT_INVALID */
export function pkgidOf(element: string, what: string): Sha256 {
  const [, pkgid] = /^<package [^>]*pkgid="([0-9a-f]{64})"/u.exec(element) ?? [];
  if (pkgid !== undefined) return pkgid;
  throw new DistroError('FORMAT_INVALID', `${what} has a package without pkgid`);
}

/** By name, version and architecture. */
export function comparePrimary(a: PrimaryEntry, b: PrimaryEntry): number {
  return (
    compareText(a.name, b.name) ||
    a.epoch - b.epoch ||
    compareRpmVersions(a.version, b.version) ||
    compareRpmVersions(a.release, b.release) ||
    compareText(`${a.version}-${a.release}`, `${b.version}-${b.release}`) ||
    compareText(a.arch, b.arch)
  );
}
