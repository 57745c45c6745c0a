import { writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import { runProgram } from './run-program.ts';

/** Which packages apt is asked for. */
export interface AptScope {
  /** The suite; every suite that the machine's apt is configured for when absent. */
  readonly suite?: string | undefined;
  /** @default 'main' */
  readonly component?: string | undefined;
  /** The mirror's base address; the machine's when absent. */
  readonly mirror?: string | undefined;
  /** An absolute path; Debian's own keyring when absent. */
  readonly keyring?: string | undefined;
  /** Debian's name of the architecture. */
  readonly arch: string;
}

/** One suite of one mirror. */
export interface AptArchive {
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
  /** Any of them may have signed the suite. */
  readonly keyrings: readonly string[];
}

/** The distributions' own keyrings, as their keyring packages install them. */
const KEYRINGS: readonly string[] = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
];

/** What to do on a machine without apt. */
export const APT_HINT = 'Debian packages are fetched with apt: use a machine or container with Debian or Ubuntu';

/** apt keeps what the user set for reaching a mirror, and speaks English. */
export function aptEnv(): Record<string, string> {
  const kept = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Where the packages of a scope come from: a suite of the mirror that the source or the machine's apt names, or
 * `machine` for everything that its apt is configured for.
 *
 * @throws SOURCE_UNAVAILABLE when there is no mirror or no keyring.
 */
export async function aptArchive(
  scope: AptScope,
  options: { readonly cwd: string; readonly signal?: AbortSignal | undefined },
): Promise<AptArchive | 'machine'> {
  const { suite, component = 'main', mirror } = scope;
  const targets = mirror === undefined ? await machineTargets(options) : [];
  if (suite === undefined) {
    if (targets.length > 0) return 'machine';
    throw new DistroError('SOURCE_UNAVAILABLE', 'a Debian package is declared without suite', {
      hint: "name its suite: the machine's apt is configured for none, or the source names a mirror",
    });
  }
  const uri = mirror ?? mirrorFor(suite, targets);
  if (uri === undefined) {
    throw new DistroError('SOURCE_UNAVAILABLE', `the machine's apt names no mirror for suite ${suite}`, {
      hint: "name one: debian('…', { suite: '…', mirror: 'http://…/debian' })",
    });
  }
  return { uri, suite, component, keyrings: keyringsFor(scope) };
}

function keyringsFor({ suite, keyring }: AptScope): readonly string[] {
  const keyrings = (keyring === undefined ? KEYRINGS : [keyring]).filter((file) => existsSync(file));
  if (keyrings.length > 0) return keyrings;
  throw new DistroError('SOURCE_UNAVAILABLE', `there is no keyring ${keyring ?? KEYRINGS[0]} to check ${suite} with`, {
    hint: 'apt-get install debian-archive-keyring, or name the keyring of the mirror',
  });
}

/** Writes the sources file of an archive. Returns the settings that make apt read it and nothing else. */
export async function writeSources(dir: string, archive: AptArchive): Promise<readonly string[]> {
  const file = join(dir, 'archive.sources');
  const { uri, suite, component, keyrings } = archive;
  const fields = { Types: 'deb', URIs: uri, Suites: suite, Components: component, 'Signed-By': keyrings.join(' ') };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  await writeFile(file, lines.join(''));
  return [`Dir::Etc::sourcelist=${file}`, 'Dir::Etc::sourceparts=/dev/null', 'APT::Update::Error-Mode=any'];
}

interface Target {
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
}

/** What the machine's apt is configured for. */
async function machineTargets(options: {
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<readonly Target[]> {
  const format = '$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)';
  const args = ['indextargets', '--format', format, 'Created-By: Packages'];
  const result = await runProgram('apt-get', args, { ...options, env: aptEnv(), capture: true, hint: APT_HINT });
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [uri = '', suite = '', component = ''] = line.split('\t');
      return { uri, suite, component };
    });
}

/** The suite's own address, else that of a suite like it: security suites stand on an archive of their own. */
function mirrorFor(suite: string, targets: readonly Target[]): string | undefined {
  const isSecurity = (name: string): boolean => name.endsWith('-security');
  const like = (target: Target): boolean => isSecurity(target.suite) === isSecurity(suite);
  return (targets.find((target) => target.suite === suite) ?? targets.find(like))?.uri;
}
