import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import { APT_HINT, aptArchive, aptEnv, type AptScope, writeSources } from './apt-sources.ts';
import { runProgram, tailText, type ProgramResult } from './run-program.ts';

/** apt with a state of its own: it reads the machine's configuration and changes nothing of it. Needs no root. */
export interface Apt {
  /** Fetches the signed package lists. */
  update(): Promise<void>;
  /** Runs `apt-get` or `apt-cache` on the lists that were fetched. */
  run(program: 'apt-get' | 'apt-cache', args: readonly string[], cwd?: string): Promise<ProgramResult>;
}

/** Where an {@link Apt} works. */
export interface AptOptions {
  /** The directory of its state; used by one process at a time. */
  readonly dir: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes an {@link Apt} for one scope.
 *
 * @throws TOOL_MISSING when the machine has no apt.
 * @throws SOURCE_UNAVAILABLE when neither the source nor the machine's apt names a mirror.
 */
export async function openApt(scope: AptScope, options: AptOptions): Promise<Apt> {
  const { dir, signal } = options;
  for (const part of ['state/lists/partial', 'cache/archives/partial'])
    await mkdir(join(dir, part), { recursive: true });
  await writeFile(join(dir, 'status'), '');
  const archive = await aptArchive(scope, { cwd: dir, signal });
  const sources = archive === 'machine' ? [] : await writeSources(dir, archive);
  const settings = [...stateSettings(dir, scope.arch), ...sources].flatMap((setting) => ['-o', setting]);

  const run: Apt['run'] = (program, args, cwd = dir) =>
    runProgram(program, [...settings, ...args], { cwd, env: aptEnv(), capture: true, hint: APT_HINT, signal });
  return {
    run,
    async update() {
      const result = await run('apt-get', ['--quiet=2', 'update']);
      if (result.exit !== 0) throw updateProblem(scope, tailText(result));
    },
  };
}

function stateSettings(dir: string, arch: string): readonly string[] {
  return [
    `APT::Architecture=${arch}`,
    `APT::Architectures=${arch}`,
    `Dir::State=${join(dir, 'state')}`,
    `Dir::State::status=${join(dir, 'status')}`,
    `Dir::Cache=${join(dir, 'cache')}`,
    // Pins and a default release of the machine must not choose another version here.
    'Dir::Etc::preferences=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    'APT::Default-Release=',
    // The user that apt drops to could not write to our directory.
    'APT::Sandbox::User=root',
    'APT::Get::AllowUnauthenticated=false',
    'Acquire::AllowInsecureRepositories=false',
    'Acquire::Languages=none',
    'Acquire::Retries=3',
  ];
}

function updateProblem({ suite, arch }: AptScope, message: string): DistroError {
  const what = `the package lists of ${suite ?? "the machine's suites"} for ${arch}`;
  const unsigned = /is not signed|NO_PUBKEY|BADSIG|EXPKEYSIG|KEYEXPIRED/u.test(message);
  return unsigned
    ? new DistroError('SIGNATURE_INVALID', `${what} are not signed by the keyring: ${message}`)
    : new DistroError('SOURCE_UNAVAILABLE', `${what} cannot be fetched: ${message}`);
}
