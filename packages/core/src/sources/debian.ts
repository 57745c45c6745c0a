import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import { isSha256 } from '../model/digest.ts';
import { compareText } from '../model/json.ts';
import type { DebianClosureSource, DebianSource, LockedDebian, LockedDebianClosure } from '../model/source.ts';
import { type Apt, openApt } from './apt.ts';
import { tailText } from './run-program.ts';

/** Where Debian packages are resolved and fetched. */
export interface DebianOptions {
  /** A directory for apt's state; package lists in it are used again. One process at a time. */
  readonly dir: string;
  /** What a relative keyring is relative to. */
  readonly appDir: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the newest version of each package in one suite for one architecture. All sources must name the same suite,
 * component, mirror and keyring.
 *
 * @returns An entry or an error for each source, in order.
 * @throws TOOL_MISSING without apt.
 * @throws SIGNATURE_INVALID when the suite is not signed by the keyring.
 * @throws SOURCE_UNAVAILABLE when the suite cannot be fetched.
 */
export async function resolveDebian(
  sources: readonly DebianSource[],
  arch: string,
  options: DebianOptions,
): Promise<readonly (LockedDebian | DistroError)[]> {
  const [first] = sources;
  if (first === undefined) return [];
  const apt = await openApt({ ...first, keyring: keyringPath(first, options), arch }, options);
  await apt.update();
  const found: (LockedDebian | DistroError)[] = [];
  for (const source of sources) found.push(await newest(apt, source, arch));
  return found;
}

/**
 * Finds packages with everything that they depend on in one suite, for one architecture, as apt would install them into
 * an empty system: no recommendations, and nothing for being essential.
 *
 * @throws TOOL_MISSING, SIGNATURE_INVALID, SOURCE_UNAVAILABLE; SOURCE_UNAVAILABLE too when they cannot be installed
 *   together
 */
export async function resolveDebianClosure(
  source: DebianClosureSource,
  arch: string,
  options: DebianOptions,
): Promise<LockedDebianClosure> {
  const { packages: roots, ...where } = source;
  const apt = await openApt({ ...where, keyring: keyringPath(source, options), arch }, options);
  await apt.update();
  const args = ['--simulate', '--no-install-recommends', '--quiet=2', '-o', 'APT::Install-Suggests=false', 'install'];
  const simulated = await apt.run('apt-get', [...args, ...roots]);
  if (simulated.exit !== 0) {
    const what = `Debian packages ${roots.join(' ')}:${arch} of ${source.suite ?? "the machine's suites"}`;
    throw new DistroError('SOURCE_UNAVAILABLE', `${what} cannot be installed: ${tailText(simulated)}`);
  }
  const packages: LockedDebian[] = [];
  for (const [name, version] of parseSimulated(simulated.stdout)) {
    const found = await lockedVersion(apt, { ...where, kind: 'debian', package: name }, { arch, version });
    if (found instanceof DistroError) throw found;
    packages.push(found);
  }
  return { kind: 'debian-closure', packages: packages.sort((a, b) => compareText(a.package, b.package)) };
}

/** Reads what `apt-get --simulate` would install: `Inst libc6 (2.36-9 Debian:12.5/stable [amd64])`. */
export function parseSimulated(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^Inst (\S+?)(?::\S+)? (?:\[\S+\] )?\((\S+) /gmu);
  return new Map([...lines].map(([, name = '', version = '']) => [name, version]));
}

/**
 * Downloads a pinned package into a directory, under any name. The bytes are checked by apt against the signed suite;
 * checking them against the lock is left to the caller.
 *
 * @returns The file's path.
 * @throws SOURCE_UNAVAILABLE when the mirror does not have the version any more.
 */
export async function fetchDebian(
  locked: Pick<
    LockedDebian,
    'package' | 'version' | 'arch' | 'suite' | 'component' | 'mirror' | 'keyring' | 'filename'
  >,
  into: string,
  options: DebianOptions,
): Promise<string> {
  const apt = await openApt({ ...locked, keyring: keyringPath(locked, options) }, options);
  const downloads = await mkdtemp(join(into, 'apt-'));
  const args = ['--quiet=2', 'download', `${locked.package}:${locked.arch}=${locked.version}`];
  try {
    let result = await apt.run('apt-get', args, downloads);
    if (result.exit !== 0) {
      // The lists that an earlier run left may be missing or older than the lock.
      await apt.update();
      result = await apt.run('apt-get', args, downloads);
    }
    if (result.exit !== 0) throw goneProblem(locked, tailText(result));
    const [name] = await readdir(downloads);
    if (name === undefined) throw goneProblem(locked, 'apt-get download wrote no file');
    const file = join(into, basename(locked.filename));
    await mkdir(into, { recursive: true });
    await rename(join(downloads, name), file);
    return file;
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

async function newest(apt: Apt, source: DebianSource, arch: string): Promise<LockedDebian | DistroError> {
  return lockedVersion(apt, source, { arch });
}

/** A version of a package, or the newest one. */
async function lockedVersion(
  apt: Apt,
  source: DebianSource,
  { arch, version }: { readonly arch: string; readonly version?: string },
): Promise<LockedDebian | DistroError> {
  const component = source.component ?? 'main';
  const rows = parseMadison((await apt.run('apt-cache', ['madison', source.package])).stdout);
  const row = rows.find((each) => each.component === component && (version ?? each.version) === each.version);
  if (row === undefined) return unknownProblem(source, arch);
  const shown = await apt.run('apt-cache', ['--no-all-versions', 'show', `${source.package}=${row.version}`]);
  const fields = parseStanza(shown.stdout);
  const sha256 = fields.get('SHA256') ?? '';
  const size = Number(fields.get('Size'));
  if (!isSha256(sha256) || !Number.isSafeInteger(size)) return unknownProblem(source, arch);
  return {
    kind: 'debian',
    package: source.package,
    version: row.version,
    // Of a package for all architectures too: it is fetched as apt asks for it.
    arch,
    suite: row.suite,
    component,
    ...(source.mirror === undefined ? {} : { mirror: source.mirror }),
    ...(source.keyring === undefined ? {} : { keyring: source.keyring }),
    filename: fields.get('Filename') ?? '',
    sha256,
    size,
  };
}

interface MadisonRow {
  readonly version: string;
  readonly suite: string;
  readonly component: string;
}

/** Reads `apt-cache madison`: `name | version | URI suite/component arch Packages`, newest first. */
export function parseMadison(text: string): readonly MadisonRow[] {
  return text.split('\n').flatMap((line) => {
    const [, version, origin] = line.split(' | ').map((part) => part.trim());
    const place = /\s(\S+)\/([^/\s]+)\s\S+\sPackages$/u.exec(origin ?? '');
    if (version === undefined || place === null) return [];
    const [, suite = '', component = ''] = place;
    return [{ version, suite, component }];
  });
}

/** The single-line fields of the first stanza of a control file. */
export function parseStanza(text: string): ReadonlyMap<string, string> {
  const [stanza = ''] = text.split('\n\n');
  const fields = stanza.split('\n').map((line) => /^([A-Za-z0-9-]+):\s*(.*)$/u.exec(line));
  return new Map(fields.flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? '']])));
}

function keyringPath(
  { keyring }: { readonly keyring?: string | undefined },
  { appDir }: DebianOptions,
): string | undefined {
  if (keyring === undefined || isAbsolute(keyring)) return keyring;
  return resolve(appDir, keyring);
}

function unknownProblem(source: DebianSource, arch: string): DistroError {
  const where = `${source.suite ?? "the machine's suites"}/${source.component ?? 'main'}`;
  return new DistroError('SOURCE_UNAVAILABLE', `there is no Debian package ${source.package}:${arch} in ${where}`);
}

function goneProblem(
  locked: Pick<LockedDebian, 'package' | 'version' | 'arch' | 'suite'>,
  message: string,
): DistroError {
  const what = `Debian package ${locked.package}:${locked.arch} ${locked.version}`;
  return new DistroError('SOURCE_UNAVAILABLE', `${what} cannot be fetched from ${locked.suite}: ${message}`, {
    hint: `a mirror keeps only the newest version: distrokit update ${locked.package}`,
  });
}
