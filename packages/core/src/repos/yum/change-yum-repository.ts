import { DistroError, ProblemsError } from '../../errors/distro-error.ts';
import type { Advisory } from '../../model/advisory.ts';
import { bytesSource } from '../../model/bytes.ts';
import type { OpenPgpSigner } from '../../model/signer.ts';
import type { Compression } from '../../model/target.ts';
import { nextGenerations, parseGenerations } from '../generations.ts';
import type { PoolFile, RepoChange, RepoFile, RepoReader } from '../repo-change.ts';
import { comparePrimary, formatList, LISTS, XML_HEAD, type ListName } from './metadata-list.ts';
import { nevra, readYumRepository, type YumEntry, type YumRepository } from './read-yum-repository.ts';
import { formatRepomd, listFile, type ListFile } from './repomd.ts';
import { describeAdvisory } from './updateinfo.ts';
import { poolPath, type YumPackage } from './yum-package.ts';

/** How a repository is published. */
export interface YumRepositoryOptions {
  /** Of the lists: gzip for systems up to EL 8, zstd from EL 9 and Fedora 40 on. */
  readonly compression: Compression;
  /** Seconds since 1970: the date of the release. A repository never goes back to an earlier one. */
  readonly date: number;
  /** Signs `repomd.xml`. A signed repository is not touched without one. */
  readonly signer?: OpenPgpSigner | undefined;
  /** What the packages that are added mend. */
  readonly advisories?: readonly Advisory[];
  /** Who issued the advisories, and for what product. */
  readonly issuer: { readonly from: string; readonly collection: string };
  /** How many states keep their lists for clients that began to read them. @default 3 */
  readonly generations?: number;
}

const GENERATIONS_FILE = 'repodata/generations.json';

/**
 * Adds packages to a yum repository. Packages that are there already are not looked into again. Adding nothing new
 * changes nothing, not a byte.
 *
 * The lists have their digests in their names, so that a client that read an older `repomd.xml` still finds them. The
 * signature is a file of its own and is written just before `repomd.xml`: a client that fetches one before and the other
 * after that moment sees a wrong signature, refuses the repository and is right again at its next attempt.
 *
 * @throws PUBLISH_CONFLICT for a package that is there with other bytes, and for a signed repository without a signer
 * @throws FORMAT_INVALID, FORMAT_LIMIT, DIGEST_MISMATCH for a repository that is damaged
 */
export async function changeYumRepository(
  existing: RepoReader,
  added: readonly YumPackage[],
  options: YumRepositoryOptions,
): Promise<RepoChange> {
  const { signer, generations = 3 } = options;
  const old = await readYumRepository(existing);
  if (old?.signature !== undefined && signer === undefined) {
    const hint = 'name the key that signs it';
    throw new DistroError('PUBLISH_CONFLICT', 'the yum repository is signed and would lose its signature', { hint });
  }
  const { packages, pool } = addPackages(old, added);
  const lists = listsOf(packages, advisoriesOf(old, added, options), options.compression);
  const date = Math.max(options.date, old?.date ?? 0);
  const repomd = formatRepomd(
    lists.map(({ entry }) => entry),
    date,
  );
  const signature = await signer?.signArmored(bytesSource(repomd));
  if (old?.repomd === repomd && old.signature === signature) return { pool, indexes: [], entries: [], obsolete: [] };
  const hrefs = lists.map(({ entry }) => entry.href);
  const past = parseGenerations(await existing.read(GENERATIONS_FILE), /^repodata\/[A-Za-z0-9][\w.-]*$/u);
  const kept = nextGenerations({ named: old?.named ?? [], generations: past }, hrefs, generations);
  return {
    pool,
    indexes: [...lists.map(({ file }) => file), text(GENERATIONS_FILE, kept.text)],
    entries: [
      ...(signer === undefined ? [] : [text('repodata/repomd.xml.key', signer.certificate)]),
      ...(signature === undefined ? [] : [text('repodata/repomd.xml.asc', signature)]),
      text('repodata/repomd.xml', repomd),
    ],
    obsolete: kept.obsolete,
  };
}

function addPackages(
  old: YumRepository | undefined,
  added: readonly YumPackage[],
): { readonly packages: readonly YumEntry[]; readonly pool: readonly PoolFile[] } {
  const packages = new Map(old?.packages);
  const conflicts: DistroError[] = [];
  const pool: PoolFile[] = [];
  for (const each of added) {
    const { sha256, size } = each;
    const href = poolPath(each);
    pool.push({ path: href, sha256, size });
    const present = packages.get(nevra(each));
    if (present === undefined) packages.set(nevra(each), { ...each, href });
    else if (present.sha256 !== sha256) conflicts.push(conflict(href, sha256, present));
  }
  if (conflicts.length > 0) throw new ProblemsError(conflicts);
  return { packages: [...packages.values()].sort(comparePrimary), pool };
}

function conflict(href: string, sha256: string, present: YumEntry): DistroError {
  const hint = 'raise the release of the package: what is published under a version never changes';
  const message = `${href} is published with sha256 ${present.sha256}, this one has ${sha256}`;
  return new DistroError('PUBLISH_CONFLICT', message, { hint });
}

function advisoriesOf(
  old: YumRepository | undefined,
  added: readonly YumPackage[],
  { advisories = [], date, issuer }: YumRepositoryOptions,
): readonly string[] {
  const all = new Map(old?.advisories);
  // One that was issued stays as it was, its packages and its date with it.
  for (const advisory of advisories) {
    if (!all.has(advisory.id)) all.set(advisory.id, describeAdvisory(advisory, added, { ...issuer, issued: date }));
  }
  return [...all.values()];
}

function listsOf(
  packages: readonly YumEntry[],
  advisories: readonly string[],
  compression: Compression,
): readonly ListFile[] {
  const names = Object.keys(LISTS) as ListName[];
  const lists = names.map((name) =>
    listFile(
      name,
      formatList(
        name,
        packages.map((entry) => entry[name]),
      ),
      compression,
    ),
  );
  if (advisories.length === 0) return lists;
  return [...lists, listFile('updateinfo', `${XML_HEAD}<updates>\n${advisories.join('')}</updates>\n`, compression)];
}

function text(path: string, content: string): RepoFile {
  return { path, content: Buffer.from(content) };
}
