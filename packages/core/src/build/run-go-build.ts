import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import type { GoBuildStep } from '../plan/document.ts';
import { runProgram } from '../sources/run-program.ts';
import { fsCode } from '../store/fs-error.ts';
import type { BlobId } from '../store/store.ts';
import { openCompiler, sysrootFlags, unpackSysroot } from './c-compiler.ts';
import { programFailure } from './program-failure.ts';
import { binaryName, buildRuns, goBuildArguments, goTarget } from './go-arguments.ts';
import { moduleFiles, openGoWorkspace, replaceWithCopy } from './go-workspace.ts';
import type { RunContext, Runner } from './runner.ts';

/**
 * Builds the commands of a Go module, all in one `go build` with the user's compile cache. The bytes depend on the step
 * and nothing else: not on the user's Go settings, the directory, the time zone or the number of cores.
 *
 * @throws TOOL_MISSING, TOOL_VERSION, PATCH_FAILED, BUILD_FAILED, CANCELLED
 */
export const runGoBuild: Runner<'go-build'> = async (step, context) => {
  const workspace = await openGoWorkspace(step, context);
  if (step.patches.length > 0) {
    await moduleFiles(step, workspace, context);
    await replaceWithCopy(step, workspace);
  }
  const { dir, go } = workspace;
  const temporary = join(dir, 'tmp');
  await mkdir(temporary);
  const env = { ...go.env, ...goTarget(step.arch), GOTMPDIR: temporary, ...(await cgoEnv(step, context)) };
  const binaries = new Map<string, string>();
  for (const [index, packages] of buildRuns(step.commands).entries()) {
    const bin = join(dir, `bin-${index}`);
    await goBuild(step, context, { cwd: dir, env, args: ['-o', `${bin}/`, ...packages] });
    for (const path of packages) binaries.set(path, join(bin, binaryName(path)));
  }
  return takeBinaries(step, binaries, context);
};

interface GoCommand {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

async function goBuild(step: GoBuildStep, context: RunContext, { cwd, env, args }: GoCommand): Promise<void> {
  const { signal, report, cores } = context;
  const onLine = (line: string): void => report({ type: 'step-output', id: step.id, line });
  const result = await runProgram('go', [...goBuildArguments(step, cores), ...args], { cwd, env, signal, onLine });
  if (result.exit !== 0) throw programFailure('go build', result);
}

/** The C side of the build; without it cgo is off, and the binaries are static. */
async function cgoEnv({ cgo, arch }: GoBuildStep, context: RunContext): Promise<Readonly<Record<string, string>>> {
  if (cgo === undefined) return { CGO_ENABLED: '0' };
  const zig = await openCompiler(cgo, context);
  const root = await unpackSysroot(cgo.sysroot, context);
  const { cflags, ldflags } = sysrootFlags(root, arch);
  return {
    CGO_ENABLED: '1',
    CC: `"${zig.path}" cc -target ${cgo.target}`,
    CXX: `"${zig.path}" c++ -target ${cgo.target}`,
    AR: `"${zig.path}" ar`,
    CGO_CFLAGS: ['-O2', cflags, ...cgo.cflags].join(' '),
    CGO_LDFLAGS: [ldflags, ...cgo.ldflags].join(' '),
    // What the module would ask pkg-config for is declared; the machine's own libraries must not be found.
    PKG_CONFIG: 'true',
    ZIG_LOCAL_CACHE_DIR: join(root, '..', 'zig'),
  };
}

/** Takes each binary into the store once, whatever number of commands it stands for. */
async function takeBinaries(
  { commands }: GoBuildStep,
  binaries: ReadonlyMap<string, string>,
  { store }: RunContext,
): Promise<Readonly<Record<string, BlobId>>> {
  const taken = new Map<string, BlobId>();
  for (const [path, file] of binaries) {
    const id = await store.putFile(file, { move: true }).catch((error: unknown) => {
      if (fsCode(error) !== 'ENOENT') throw error;
      const hint = 'is it a main package?';
      throw new DistroError('BUILD_FAILED', `go build made no binary of ${path}`, { hint, cause: error });
    });
    taken.set(path, id);
  }
  const outputs = Object.entries(commands).map(([name, path]) => [name, taken.get(path)] as const);
  return Object.fromEntries(outputs.flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const])));
}
