import { DistroError } from '../../errors/distro-error.ts';
import { decompressSmall } from '../../formats/compress-small.ts';
import { sha256Of, type Sha256 } from '../../model/digest.ts';
import type { RepoReader } from '../repo-change.ts';
import { parsePrimary, pkgidOf, splitElements, type PrimaryEntry } from './metadata-list.ts';
import { parseRepomd, type ListEntry } from './repomd.ts';

const LIST_MAX = 1 << 30;

/** A package of a repository: what its lists say of it. */
export interface YumEntry extends PrimaryEntry {
  /** Its elements in the three lists. */
  readonly primary: string;
  readonly filelists: string;
  readonly other: string;
}

/** A repository as it is published: each list checked by its sums, the lists against each other. */
export interface YumRepository {
  /** Seconds since 1970. */
  readonly date: number;
  /** The text of `repomd.xml`. */
  readonly repomd: string;
  /** The text of `repomd.xml.asc`, where there is one. */
  readonly signature: string | undefined;
  /** By name, epoch, version, release and architecture. */
  readonly packages: ReadonlyMap<string, YumEntry>;
  /** The elements of `updateinfo.xml` by id. */
  readonly advisories: ReadonlyMap<string, string>;
  /** The paths of the lists. */
  readonly named: readonly string[];
}

/** What makes a package one: no two of a repository have the same. */
export function nevra({ name, epoch, version, release, arch }: Omit<PrimaryEntry, 'sha256' | 'size' | 'href'>): string {
  return `${name}-${epoch}:${version}-${release}.${arch}`;
}

/**
 * Reads a repository, strictly.
 *
 * @returns undefined when there is no `repomd.xml`
 * @throws FORMAT_INVALID, FORMAT_LIMIT, DIGEST_MISMATCH
 */
export async function readYumRepository(reader: RepoReader): Promise<YumRepository | undefined> {
  const repomd = await readText(reader, 'repodata/repomd.xml');
  if (repomd === undefined) return undefined;
  const { date, lists } = parseRepomd(repomd);
  const list = async (type: string): Promise<readonly string[]> => {
    const entry = lists.find((each) => each.type === type);
    if (entry === undefined) throw invalid(`repomd.xml does not name the list ${type}`);
    return splitElements(await readList(reader, entry), 'package', entry.href);
  };
  const primary = await list('primary');
  const filelists = byPkgid(await list('filelists'));
  const other = byPkgid(await list('other'));
  const packages = new Map<string, YumEntry>();
  for (const element of primary) {
    const entry = parsePrimary(element, 'the primary list');
    const [files, changes] = [filelists.get(entry.sha256), other.get(entry.sha256)];
    if (files === undefined || changes === undefined) throw invalid(`${nevra(entry)} is not in all lists`);
    if (packages.has(nevra(entry))) throw invalid(`${nevra(entry)} is there twice`);
    packages.set(nevra(entry), { ...entry, primary: element, filelists: files, other: changes });
  }
  return {
    date,
    repomd,
    signature: await readText(reader, 'repodata/repomd.xml.asc'),
    packages,
    advisories: await readAdvisories(reader, lists),
    named: lists.map(({ href }) => href),
  };
}

async function readAdvisories(reader: RepoReader, lists: readonly ListEntry[]): Promise<ReadonlyMap<string, string>> {
  const entry = lists.find(({ type }) => type === 'updateinfo');
  if (entry === undefined) return new Map();
  const elements = splitElements(await readList(reader, entry), 'update', entry.href);
  return new Map(elements.map((element) => [/<id>([^<]+)<\/id>/u.exec(element)?.[1] ?? element, element]));
}

async function readList(reader: RepoReader, { href, sha256, openSha256, openSize }: ListEntry): Promise<string> {
  if (openSize > LIST_MAX) throw new DistroError('FORMAT_LIMIT', `${href} is longer than ${LIST_MAX} bytes`);
  const bytes = await reader.read(href);
  if (bytes === undefined) throw invalid(`${href} is missing`);
  if (sha256Of(bytes) !== sha256) throw mismatch(href);
  const compression = href.endsWith('.gz') ? 'gzip' : href.endsWith('.zst') ? 'zstd' : undefined;
  if (compression === undefined) throw invalid(`${href} is neither gzip nor zstd`);
  const open = decompressSmall(bytes, compression, { what: href, limit: LIST_MAX });
  if (open.length !== openSize || sha256Of(open) !== openSha256) throw mismatch(href);
  return open.toString();
}

function byPkgid(elements: readonly string[]): ReadonlyMap<Sha256, string> {
  return new Map(elements.map((element) => [pkgidOf(element, 'a list of the repository'), element]));
}

async function readText(reader: RepoReader, path: string): Promise<string | undefined> {
  const bytes = await reader.read(path);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

function mismatch(href: string): DistroError {
  return new DistroError('DIGEST_MISMATCH', `${href} does not have the sum that repomd.xml has of it`);
}

function invalid(fault: string): DistroError {
  return new DistroError('FORMAT_INVALID', `yum repository: ${fault}`);
}
