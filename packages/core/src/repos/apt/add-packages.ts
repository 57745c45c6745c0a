import { DistroError, ProblemsError } from '../../errors/distro-error.ts';
import { compareText } from '../../model/json.ts';
import type { PoolFile } from '../repo-change.ts';
import type { AptPackage } from './apt-package.ts';
import { addContents, type Contents } from './contents-index.ts';
import { identityOf, indexEntry, type IndexEntry } from './packages-index.ts';
import type { AptSuite } from './read-apt-suite.ts';

/** A suite with the packages that were added to it. */
export interface NextSuite {
  readonly architectures: readonly string[];
  /** By architecture and identity. */
  readonly packages: ReadonlyMap<string, ReadonlyMap<string, IndexEntry>>;
  readonly contents: ReadonlyMap<string, Contents>;
  /** Where the files of the added packages go. */
  readonly pool: readonly PoolFile[];
}

/** What {@link addPackages} takes. */
export interface AddPackagesOptions {
  readonly component: string;
  /** Those that the suite has at least. */
  readonly architectures: readonly string[];
}

/**
 * Adds packages to a suite. Those for all architectures stand in the index of each, also of one that comes later.
 *
 * @throws PUBLISH_CONFLICT for every package whose name, version and architecture, or whose place in the pool, belong
 *   to other bytes; two epochs of a version have the same place
 */
export function addPackages(
  old: AptSuite | undefined,
  added: readonly AptPackage[],
  { component, architectures: declared }: AddPackagesOptions,
): NextSuite {
  const named = added.map(({ arch }) => arch).filter((arch) => arch !== 'all');
  const architectures = [...new Set([...(old?.architectures ?? []), ...declared, ...named])].sort(compareText);
  const ofAll = packagesForAll(old);
  const packages = new Map(architectures.map((arch) => [arch, new Map(old?.packages.get(arch) ?? ofAll.packages)]));
  const contents = new Map(architectures.map((arch) => [arch, old?.contents.get(arch) ?? new Map(ofAll.contents)]));
  const places = placesOf(packages);
  const pool = new Map<string, PoolFile>();
  const conflicts = new Map<string, DistroError>();
  for (const each of added) {
    const entry = indexEntry(component, each);
    const { filename: path, sha256, size } = entry;
    const identity = identityOf(entry);
    const targets = each.arch === 'all' ? architectures : [each.arch];
    const present = [places.get(path), ...targets.map((arch) => packages.get(arch)?.get(identity))];
    const other = present.find((found) => found !== undefined && found.sha256 !== sha256);
    if (other !== undefined) conflicts.set(path, conflict(entry, other));
    places.set(path, entry);
    pool.set(path, { path, sha256, size });
    for (const arch of targets) {
      if (packages.get(arch)?.has(identity) === true) continue;
      packages.get(arch)?.set(identity, entry);
      addContents(contents.get(arch) ?? new Map(), each);
    }
  }
  if (conflicts.size > 0) throw new ProblemsError([...conflicts.values()]);
  return { architectures, packages, contents, pool: [...pool.values()] };
}

/** The packages for all architectures with what they own, as any index of the suite has them. */
function packagesForAll(old: AptSuite | undefined): {
  readonly packages: ReadonlyMap<string, IndexEntry>;
  readonly contents: Contents;
} {
  const [arch = ''] = old?.architectures ?? [];
  const packages = new Map([...(old?.packages.get(arch) ?? [])].filter(([, entry]) => entry.arch === 'all'));
  const names = new Set([...packages.values()].map(({ name }) => name));
  const contents: Contents = new Map();
  for (const [path, owners] of old?.contents.get(arch) ?? []) {
    const shared = owners.split(',').filter((owner) => names.has(owner.slice(owner.lastIndexOf('/') + 1)));
    if (shared.length > 0) contents.set(path, shared.join(','));
  }
  return { packages, contents };
}

function placesOf(packages: ReadonlyMap<string, ReadonlyMap<string, IndexEntry>>): Map<string, IndexEntry> {
  const places = new Map<string, IndexEntry>();
  for (const entries of packages.values()) for (const entry of entries.values()) places.set(entry.filename, entry);
  return places;
}

function conflict({ filename, sha256 }: IndexEntry, present: IndexEntry): DistroError {
  const hint = 'raise the release of the package: what is published under a version never changes';
  const message = `${filename} is published with sha256 ${present.sha256}, this one has ${sha256}`;
  return new DistroError('PUBLISH_CONFLICT', message, { hint });
}
