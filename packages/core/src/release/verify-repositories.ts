import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problemsOf, type Problem } from '../errors/distro-error.ts';
import type { PackageFormat } from '../model/target.ts';
import { readAptSuite } from '../repos/apt/read-apt-suite.ts';
import type { PoolFile, RepoReader } from '../repos/repo-change.ts';
import { readYumRepository } from '../repos/yum/read-yum-repository.ts';
import type { VerifyContext } from './verify-context.ts';

/** Where the repositories of a release are, and where each keeps its packages. */
const REPOSITORIES = {
  deb: { root: 'repos/apt/', pool: 'repos/apt/pool/' },
  rpm: { root: 'repos/yum/', pool: 'repos/yum/Packages/' },
} as const;

/** Reads the repositories strictly, as a client does and beyond, and compares them with the packages of the release. */
export async function verifyRepositories(context: VerifyContext): Promise<readonly Problem[]> {
  return [...(await verifyOne('deb', context, readApt)), ...(await verifyOne('rpm', context, readYum))];
}

type ReadRepository = (reader: RepoReader, context: VerifyContext) => Promise<Listed>;

/** What a repository lists, and what else is wrong with it. */
interface Listed {
  readonly files: readonly PoolFile[];
  readonly faults: readonly string[];
}

async function verifyOne(
  format: PackageFormat,
  context: VerifyContext,
  read: ReadRepository,
): Promise<readonly Problem[]> {
  const { release, directory, whole } = context;
  const { root, pool } = REPOSITORIES[format];
  const own = release.files.filter(({ file }) => file.startsWith(root));
  const wanted = release.packages.filter((each) => each.format === format);
  if (own.length === 0 && wanted.length === 0) return [];
  // Of a repository with a damaged file nothing more can be said; the file is named elsewhere.
  if (!own.every(({ file }) => whole.has(file))) return [];
  const path = release.distro.name;
  const invalid = (message: string, construct = path): Problem => ({
    code: 'RELEASE_INVALID',
    message,
    path: construct,
  });
  const reader: RepoReader = {
    read: async (file) => (whole.has(`${root}${file}`) ? readFile(join(directory, root, file)) : undefined),
  };
  let listed: Listed;
  try {
    listed = await read(reader, context);
  } catch (error) {
    return problemsOf(error).map(({ code, message }) => ({ code, message: `${root}: ${message}`, path }));
  }
  const there = new Map(own.map((entry) => [entry.file, entry]));
  const problems = listed.faults.map((fault) => invalid(`${root}: ${fault}`));
  for (const { path: file, sha256, size } of listed.files) {
    const entry = there.get(`${root}${file}`);
    if (entry === undefined) problems.push(invalid(`${root}${file} is in an index, but not in release.json`));
    else if (entry.sha256 !== sha256 || entry.size !== size) {
      problems.push(invalid(`${root}${file}: the index has sha256 ${sha256}, not ${entry.sha256}`, entry.path));
    }
  }
  const digests = new Set(listed.files.map(({ sha256 }) => sha256));
  for (const { file, sha256, path: construct } of wanted) {
    if (!digests.has(sha256)) problems.push(invalid(`${file} is not in the repository ${root}`, construct));
  }
  const named = new Set(listed.files.map((each) => `${root}${each.path}`));
  for (const { file, path: construct } of own) {
    if (file.startsWith(pool) && !named.has(file)) problems.push(invalid(`${file} is in no index`, construct));
  }
  return problems;
}

async function readApt(reader: RepoReader, { release }: VerifyContext): Promise<Listed> {
  const { channel } = release.distro;
  const suite = await readAptSuite(reader, channel);
  if (suite === undefined) return { files: [], faults: [`there is no suite ${channel}`] };
  const faults = suite.isWhole ? [] : ['Release is not what InRelease signs'];
  const own = new Map(release.files.map(({ file, sha256 }) => [file, sha256]));
  for (const [path, { sha256 }] of suite.indexes) {
    const there = own.get(`${REPOSITORIES.deb.root}dists/${channel}/${path}`);
    if (there !== undefined && there !== sha256) faults.push(`${path} is not what Release says of it`);
  }
  const entries = [...suite.packages.values()].flatMap((packages) => [...packages.values()]);
  const files = new Map(entries.map(({ filename, sha256, size }) => [filename, { path: filename, sha256, size }]));
  return { files: [...files.values()], faults };
}

async function readYum(reader: RepoReader): Promise<Listed> {
  const repository = await readYumRepository(reader);
  if (repository === undefined) return { files: [], faults: ['there is no repodata/repomd.xml'] };
  const files = [...repository.packages.values()].map(({ href, sha256, size }) => ({ path: href, sha256, size }));
  return { files, faults: [] };
}
