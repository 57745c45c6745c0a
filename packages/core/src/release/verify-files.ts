import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { problemsOf, type Problem } from '../errors/distro-error.ts';
import { sha256Of, type Sha256 } from '../model/digest.ts';
import type { Reporter } from '../model/progress.ts';
import { hashFile } from '../store/file-bytes.ts';
import { ifExists, withFsErrors } from '../store/fs-error.ts';
import { parseChecksums } from './checksums.ts';
import type { Release } from './document.ts';
import { eachLimited } from './each-limited.ts';

/** Files that are not listed in release.json: itself, the sums, and a signature of these. */
const UNLISTED: readonly string[] = ['release.json', 'SHA256SUMS', 'SHA256SUMS.asc'];
const SMALL = 1 << 20;

/** What {@link verifyFiles} takes. */
export interface VerifyFilesOptions {
  readonly directory: string;
  readonly release: Release;
  /** The text of SHA256SUMS; empty when there is none. */
  readonly sums: string;
  readonly report: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** Checks that the directory, `release.json` and `SHA256SUMS` name the same files with the same digests. */
export async function verifyFiles(
  options: VerifyFilesOptions,
): Promise<{ readonly problems: readonly Problem[]; readonly whole: ReadonlySet<string> }> {
  const { directory, release, sums, report, signal } = options;
  const { present, problems } = await listFiles(directory, release);
  const whole = new Set<string>();
  await eachLimited(release.files, 4, async (entry) => {
    signal?.throwIfAborted();
    const started = performance.now();
    const found = present.has(entry.file) ? await checkFile(directory, entry, signal) : missing(entry);
    if (found === undefined) whole.add(entry.file);
    else problems.push(found);
    const ms = Math.round(performance.now() - started);
    report({ type: 'step-end', id: entry.file, path: entry.path, title: `check ${entry.file}`, ms, cached: false });
  });
  problems.push(...(await checkSums(directory, release, sums)));
  return { problems, whole };
}

async function listFiles(
  directory: string,
  release: Release,
): Promise<{ readonly present: ReadonlySet<string>; readonly problems: Problem[] }> {
  const entries = await withFsErrors(directory, () => readdir(directory, { recursive: true, withFileTypes: true }));
  const expected = new Set([...UNLISTED, ...release.files.map(({ file }) => file)]);
  const present = new Set<string>();
  const problems: Problem[] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const file = nameOf(directory, entry);
    present.add(file);
    if (!entry.isFile()) problems.push(invalid(`${file} is not a regular file`));
    else if (!expected.has(file)) problems.push(invalid(`${file} is not listed in release.json`));
  }
  return { present, problems };
}

function nameOf(directory: string, entry: Dirent): string {
  return relative(directory, join(entry.parentPath, entry.name));
}

type FileEntry = Release['files'][number];

async function checkFile(
  directory: string,
  { file, sha256, size, path }: FileEntry,
  signal: AbortSignal | undefined,
): Promise<Problem | undefined> {
  const name = join(directory, file);
  const found = await withFsErrors(name, async () => {
    const stats = await stat(name);
    const isRightSize = stats.size === size;
    return { size: stats.size, sha256: isRightSize ? await digestOf(name, size, signal) : '' };
  });
  if (found.size !== size) {
    return { code: 'DIGEST_MISMATCH', message: `${file} has ${found.size} bytes, not ${size}`, path };
  }
  if (found.sha256 === sha256) return undefined;
  return { code: 'DIGEST_MISMATCH', message: `${file} has sha256 ${found.sha256}, not ${sha256}`, path };
}

async function digestOf(file: string, size: number, signal: AbortSignal | undefined): Promise<Sha256> {
  return size < SMALL ? sha256Of(await readFile(file)) : hashFile(file, signal);
}

function missing({ file, path }: FileEntry): Problem {
  return invalid(`${file} is missing`, path);
}

async function checkSums(directory: string, release: Release, text: string): Promise<readonly Problem[]> {
  if (text === '') return [invalid('SHA256SUMS is missing or empty')];
  let sums: ReadonlyMap<string, Sha256>;
  try {
    sums = parseChecksums(text);
  } catch (error) {
    return problemsOf(error);
  }
  const releaseJson = await ifExists(readFile(join(directory, 'release.json')));
  const own = { file: 'release.json', sha256: sha256Of(releaseJson ?? ''), path: undefined };
  const listed = new Map([...release.files, own].map((entry) => [entry.file, entry]));
  const extra = [...sums.keys()].filter((file) => !listed.has(file));
  return [
    ...extra.map((file) => invalid(`SHA256SUMS lists ${file}, which is not in release.json`)),
    ...[...listed.values()].flatMap(({ file, sha256, path }) => {
      const sum = sums.get(file);
      if (sum === sha256) return [];
      const what = sum === undefined ? `does not list ${file}` : `has sha256 ${sum} for ${file}, not ${sha256}`;
      return [invalid(`SHA256SUMS ${what}`, path)];
    }),
  ];
}

function invalid(message: string, path?: string): Problem {
  return { code: 'RELEASE_INVALID', message, ...(path === undefined ? {} : { path }) };
}
