import { DistroError } from '../../errors/distro-error.ts';
import { compareDebVersions } from '../../model/deb-version.ts';
import { isSha256, type Sha256 } from '../../model/digest.ts';
import { compareText } from '../../model/json.ts';
import type { AptPackage } from './apt-package.ts';

/** A package as an index has it. */
export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** The path of its file in the repository. */
  readonly filename: string;
  readonly sha256: Sha256;
  readonly size: number;
  /** The whole paragraph, with a newline at its end. */
  readonly text: string;
}

/** What makes an entry one package: no two of an index have the same. */
export function identityOf({ name, version, arch }: Pick<IndexEntry, 'name' | 'version' | 'arch'>): string {
  return `${name} ${version} ${arch}`;
}

/** The entry of a package: its control file, then where it is and what it must be, before the description. */
export function indexEntry(component: string, made: AptPackage): IndexEntry {
  const { name, version, arch, control, sha256, size } = made;
  const filename = poolPath(component, made);
  const place = `Filename: ${filename}\nSize: ${size}\nSHA256: ${sha256}\n`;
  // The description is the longest field and stands last, as in Debian's own indexes.
  const at = /^Description:/mu.exec(control)?.index ?? control.length;
  return { name, version, arch, filename, sha256, size, text: `${control.slice(0, at)}${place}${control.slice(at)}` };
}

/** Where a package's file goes: `pool/main/k/kubelet/kubelet_1.36.3-1_amd64.deb`. No epoch, as everywhere in Debian. */
export function poolPath(
  component: string,
  { name, version, arch }: Pick<AptPackage, 'name' | 'version' | 'arch'>,
): string {
  const letter = name.startsWith('lib') && name.length > 3 ? name.slice(0, 4) : name.slice(0, 1);
  return `pool/${component}/${letter}/${name}/${name}_${version.replace(/^\d+:/u, '')}_${arch}.deb`;
}

/** The text of an index, by name, version and architecture. */
export function formatIndex(entries: Iterable<IndexEntry>): string {
  return [...entries]
    .sort(compareEntries)
    .map(({ text }) => text)
    .join('\n');
}

function compareEntries(a: IndexEntry, b: IndexEntry): number {
  return (
    compareText(a.name, b.name) ||
    compareDebVersions(a.version, b.version) ||
    compareText(a.version, b.version) ||
    compareText(a.arch, b.arch)
  );
}

/**
 * The entries of an index, by identity.
 *
 * @throws FORMAT_INVALID for a paragraph without one of the fields, a path that leaves the pool, and a package twice
 */
export function parseIndex(text: string, what: string): Map<string, IndexEntry> {
  const entries = new Map<string, IndexEntry>();
  for (const paragraph of text.split(/\n\n+/u)) {
    if (paragraph.trim() === '') continue;
    const entry = parseEntry(`${paragraph.trimEnd()}\n`, what);
    const identity = identityOf(entry);
    if (entries.has(identity)) throw invalid(what, `has ${identity} twice`);
    entries.set(identity, entry);
  }
  return entries;
}

function parseEntry(text: string, what: string): IndexEntry {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '' || /^[ \t]/u.test(line)) continue;
    const colon = line.indexOf(':');
    if (colon < 1) throw invalid(what, `has the line ${JSON.stringify(line)}, which is not a field`);
    // apt takes field names in any case, so a second one in another case is a second one.
    const name = line.slice(0, colon).toLowerCase();
    if (!WANTED.has(name)) continue;
    if (fields.has(name)) throw invalid(what, `has a paragraph with ${name} twice`);
    fields.set(name, line.slice(colon + 1).trim());
  }
  const field = (name: string): string => {
    const value = fields.get(name.toLowerCase());
    if (value === undefined || value === '') throw invalid(what, `has a paragraph without ${name}`);
    return value;
  };
  const entry = {
    name: field('Package'),
    version: field('Version'),
    arch: field('Architecture'),
    filename: field('Filename'),
    sha256: field('SHA256'),
    size: Number(field('Size')),
    text,
  };
  const { filename, sha256, size } = entry;
  if (!filename.startsWith('pool/') || filename.split('/').some((part) => part === '' || part.startsWith('.')))
    throw invalid(what, `has a file outside of its pool, ${JSON.stringify(filename)}`);
  if (!isSha256(sha256) || !Number.isSafeInteger(size) || size < 0)
    throw invalid(what, `has a wrong sum of ${filename}`);
  return entry;
}

const WANTED: ReadonlySet<string> = new Set(['package', 'version', 'architecture', 'filename', 'sha256', 'size']);

function invalid(what: string, fault: string): DistroError {
  return new DistroError('FORMAT_INVALID', `${what} ${fault}`);
}
