import { DistroError } from '../../errors/distro-error.ts';
import { compressSmall } from '../../formats/compress-small.ts';
import { bytesSource } from '../../model/bytes.ts';
import { sha256Of } from '../../model/digest.ts';
import type { OpenPgpSigner } from '../../model/signer.ts';
import { nextGenerations, type Generations } from '../generations.ts';
import type { RepoChange, RepoFile, RepoReader } from '../repo-change.ts';
import { addPackages, type NextSuite } from './add-packages.ts';
import type { AptPackage } from './apt-package.ts';
import { formatContents } from './contents-index.ts';
import { formatIndex } from './packages-index.ts';
import { GENERATIONS_FILE, readAptSuite, type AptSuite } from './read-apt-suite.ts';
import { formatRelease, isIndexPath, type ReleaseFile } from './release-file.ts';

/** What a suite says of itself, and how it is published. */
export interface AptRepositoryOptions {
  /** Such as `stable`: the directory below `dists`. */
  readonly suite: string;
  /** @default the suite */
  readonly codename?: string;
  /** @default 'main' */
  readonly component?: string;
  readonly origin: string;
  readonly label: string;
  readonly description: string;
  /** Debian's names; those of packages that are added come to them. */
  readonly architectures: readonly string[];
  /** Seconds since 1970: the date of the release. A suite never goes back to an earlier one. */
  readonly date: number;
  /** Seconds after the date from which clients refuse the suite. @default never */
  readonly validFor?: number;
  /** Signs the suite. Without one it can be used with `Trusted: yes` only, and a signed suite is not touched. */
  readonly signer?: OpenPgpSigner | undefined;
  /** How many states of the suite keep their indexes for clients that began to read them. @default 3 */
  readonly generations?: number;
}

/**
 * Adds packages to a suite of an apt repository. Packages that are there already are not looked into again: what it
 * costs is the new packages and the text of the indexes. Adding nothing new changes nothing, not a byte.
 *
 * Clients fetch indexes by their digests (`Acquire-By-Hash`), so that one that read an older `InRelease` still finds
 * what it names. See https://wiki.debian.org/DebianRepository/Format.
 *
 * @throws PUBLISH_CONFLICT for a package that is there with other bytes, and for a signed suite without a signer
 * @throws NAME_INVALID for a suite, component or architecture that cannot be a directory
 * @throws FORMAT_INVALID, FORMAT_LIMIT for a repository that is damaged
 */
export async function changeAptRepository(
  existing: RepoReader,
  added: readonly AptPackage[],
  options: AptRepositoryOptions,
): Promise<RepoChange> {
  const { suite, component = 'main', architectures, signer, generations = 3 } = options;
  checkNames([suite, component, ...architectures]);
  const old = await readAptSuite(existing, suite, component);
  if (old?.isSigned === true && signer === undefined) {
    const hint = 'name the key that signs it';
    throw new DistroError('PUBLISH_CONFLICT', `the suite ${suite} is signed and would lose its signature`, { hint });
  }
  const next = addPackages(old, added, { component, architectures });
  const root = `dists/${suite}`;
  const indexes = indexFiles(next, { component, options });
  const release = formatRelease(releaseOf(old, next, indexes, options));
  if (old?.releaseText === release && old.isSigned === (signer !== undefined)) {
    return { pool: next.pool, indexes: [], entries: [], obsolete: [] };
  }
  const hashes = indexes.map(hashPath);
  const kept = nextGenerations(old, hashes, generations);
  return {
    pool: next.pool,
    indexes: [
      ...byHash(indexes, root),
      ...indexes.filter(({ isStored }) => isStored).map(({ path, content }) => ({ path: `${root}/${path}`, content })),
      { path: `${root}/${GENERATIONS_FILE}`, content: Buffer.from(kept.text) },
    ],
    entries: await entriesOf(root, release, signer),
    obsolete: obsoleteOf(kept, root),
  };
}

function checkNames(names: readonly string[]): void {
  const wrong = names.find((name) => !isIndexPath(name) || name.includes('/'));
  if (wrong === undefined) return;
  const message = `${JSON.stringify(wrong)} cannot name a part of an apt repository`;
  throw new DistroError('NAME_INVALID', message, { hint: 'use letters, digits and - . + _ ~' });
}

/** An index of the suite; `isStored` when it is also there under its own name. */
interface SuiteIndex extends RepoFile {
  readonly isStored: boolean;
}

function indexFiles(
  { architectures, packages, contents }: NextSuite,
  { component, options }: { readonly component: string; readonly options: AptRepositoryOptions },
): readonly SuiteIndex[] {
  return architectures.flatMap((arch) => {
    const list = Buffer.from(formatIndex(packages.get(arch)?.values() ?? []));
    const files = Buffer.from(formatContents(contents.get(arch) ?? new Map()));
    const about = Buffer.from(
      `Archive: ${options.suite}\nComponent: ${component}\nOrigin: ${options.origin}\nLabel: ${options.label}\nArchitecture: ${arch}\n`,
    );
    const directory = `${component}/binary-${arch}`;
    // apt checks what it unpacked by the sum of the plain index, which nobody has to fetch.
    return [
      { path: `${directory}/Packages`, content: list, isStored: false },
      { path: `${directory}/Packages.gz`, content: compressSmall(list, 'gzip'), isStored: true },
      { path: `${directory}/Release`, content: about, isStored: true },
      { path: `${component}/Contents-${arch}`, content: files, isStored: false },
      { path: `${component}/Contents-${arch}.gz`, content: compressSmall(files, 'gzip'), isStored: true },
    ];
  });
}

/** Equal indexes, as those of architectures with the same files, are one file. */
function byHash(indexes: readonly RepoFile[], root: string): readonly RepoFile[] {
  const files = indexes.map((index) => ({ path: `${root}/${hashPath(index)}`, content: index.content }));
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

function hashPath({ path, content }: RepoFile): string {
  return `${path.slice(0, path.lastIndexOf('/'))}/by-hash/SHA256/${sha256Of(content)}`;
}

function releaseOf(
  old: AptSuite | undefined,
  { architectures }: NextSuite,
  indexes: readonly RepoFile[],
  options: AptRepositoryOptions,
): ReleaseFile {
  const { suite, codename = suite, component = 'main', origin, label, description, validFor } = options;
  const date = Math.max(options.date, old?.date ?? options.date);
  return {
    origin,
    label,
    suite,
    codename,
    date,
    ...(validFor === undefined ? {} : { validUntil: date + validFor }),
    architectures,
    components: [component],
    description,
    indexes: new Map(indexes.map(({ path, content }) => [path, { sha256: sha256Of(content), size: content.length }])),
  };
}

async function entriesOf(
  root: string,
  release: string,
  signer: OpenPgpSigner | undefined,
): Promise<readonly RepoFile[]> {
  const file = (name: string, content: string): RepoFile => ({
    path: `${root}/${name}`,
    content: Buffer.from(content),
  });
  if (signer === undefined) return [file('Release', release)];
  return [
    file('Release.gpg', await signer.signArmored(bytesSource(release))),
    file('Release', release),
    file('InRelease', await signer.clearSign(release)),
  ];
}

function obsoleteOf({ obsolete }: Generations, root: string): readonly string[] {
  return obsolete.map((path) => `${root}/${path}`);
}
