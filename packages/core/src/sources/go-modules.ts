import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import type { LockedGoModule } from '../model/source.ts';
import { composeGoMod, type GoModFile, type RootModule } from './go-mod-file.ts';
import type { GoToolchain } from './go-toolchain.ts';
import { moduleProblem } from './go-module-problem.ts';
import { runProgram, tailText } from './run-program.ts';

/** The module set to make. */
export interface ModuleSetRequest extends Pick<
  LockedGoModule,
  'module' | 'version' | 'packages' | 'with' | 'replaces'
> {
  readonly go: GoToolchain;
  /** An empty directory; whoever names it removes it. */
  readonly dir: string;
  readonly signal?: AbortSignal | undefined;
}

/** A module in the user's module cache, as `go mod download -json` describes it. */
export interface DownloadedModule {
  readonly Version: string;
  /** The checksum `h1:…`. */
  readonly Sum: string;
  readonly GoModSum: string;
  /** Path of its go.mod. */
  readonly GoMod: string;
  /** The directory of its files; read-only. */
  readonly Dir: string;
}

/**
 * Makes the go.mod and go.sum that all commands of one module version are built with: a module that requires it,
 * carries over its directives and is tidied for `packages`.
 *
 * @throws SOURCE_VERSION_UNKNOWN naming the nearest versions that exist.
 * @throws SOURCE_UNAVAILABLE when a module or package cannot be had.
 * @throws TOOL_VERSION when the module needs a newer Go.
 */
export async function makeModuleSet(request: ModuleSetRequest): Promise<LockedGoModule> {
  const { module, version, packages, with: further, replaces, dir } = request;
  await mkdir(dir, { recursive: true });
  const asked: [string, string][] = [[module, version], ...Object.entries(further)];
  const downloaded = await Promise.all(asked.map(([path, wanted]) => downloadModule(path, wanted, request)));
  const roots = await Promise.all(
    asked.map(async ([path, wanted], index): Promise<RootModule> => {
      const file = await parseGoMod(downloaded[index]?.GoMod ?? '', request);
      return { path, version: wanted, file };
    }),
  );
  await writeFile(join(dir, 'go.mod'), composeGoMod(roots, replaces));
  const main = downloaded[0] as DownloadedModule;
  if (packages.length > 0) await tidy(request);
  else await writeFile(join(dir, 'go.sum'), sumLines(module, main));
  await checkVersions(roots, request);
  return {
    kind: 'go-module',
    module,
    version,
    packages: [...packages].sort(),
    with: further,
    replaces,
    sum: main.Sum,
    goMod: await readLines(join(dir, 'go.mod')),
    goSum: await readLines(join(dir, 'go.sum')),
  };
}

/**
 * Has Go fetch a module into its cache and check it against the checksum database.
 *
 * @throws SOURCE_VERSION_UNKNOWN
 * @throws SOURCE_UNAVAILABLE
 */
export async function downloadModule(
  module: string,
  version: string,
  options: Pick<ModuleSetRequest, 'go' | 'dir' | 'signal'>,
): Promise<DownloadedModule> {
  const result = await runGo(['mod', 'download', '-json', `${module}@${version}`], options);
  const answer = (result.stdout === '' ? {} : JSON.parse(result.stdout)) as DownloadedModule & { Error?: string };
  if (result.exit !== 0 || answer.Error !== undefined) {
    throw await moduleProblem({ ...options, module, version, message: answer.Error ?? tailText(result) });
  }
  if (answer.Version === version) return answer;
  throw new DistroError('SOURCE_VERSION_UNKNOWN', `go module ${module} has no version ${version}`, {
    hint: `it names ${answer.Version}: declare that`,
  });
}

async function tidy(request: ModuleSetRequest): Promise<void> {
  const imports = request.packages.map((path) => `\t_ ${JSON.stringify(path)}`);
  const text = ['//go:build tools', '', 'package tools', '', 'import (', ...imports, ')', ''].join('\n');
  await writeFile(join(request.dir, 'tools.go'), text);
  const result = await runGo(['mod', 'tidy'], request);
  if (result.exit !== 0) throw await moduleProblem({ ...request, message: tailText(result) });
}

/** A dependency may require a newer version than the one declared; that must not go unnoticed. */
async function checkVersions(roots: readonly RootModule[], request: ModuleSetRequest): Promise<void> {
  const file = await parseGoMod(join(request.dir, 'go.mod'), request);
  for (const { path, version } of roots) {
    const chosen = file.Require?.find(({ Path }) => Path === path)?.Version;
    if (chosen === undefined || chosen === version) continue;
    throw new DistroError('SOURCE_UNAVAILABLE', `go module ${path} ${version} cannot be used with ${request.module}`, {
      hint: `another module of the build requires ${chosen}: declare that version`,
    });
  }
}

async function parseGoMod(file: string, options: Pick<ModuleSetRequest, 'go' | 'dir' | 'signal'>): Promise<GoModFile> {
  const result = await runGo(['mod', 'edit', '-json', file], options);
  if (result.exit !== 0) throw new DistroError('SOURCE_UNAVAILABLE', `go.mod does not parse: ${tailText(result)}`);
  return JSON.parse(result.stdout) as GoModFile;
}

/** Runs a `go` command that prints JSON, in a module set's directory. */
function runGo(
  args: readonly string[],
  options: Pick<ModuleSetRequest, 'go' | 'dir' | 'signal'>,
): ReturnType<typeof runProgram> {
  return runProgram('go', args, { cwd: options.dir, env: options.go.env, signal: options.signal, capture: true });
}

function sumLines(module: string, { Version, Sum, GoModSum }: DownloadedModule): string {
  return `${module} ${Version} ${Sum}\n${module} ${Version}/go.mod ${GoModSum}\n`;
}

async function readLines(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // A build that needs no module but itself has no go.sum.
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text === '' ? [] : text.replace(/\n$/u, '').split('\n');
}
