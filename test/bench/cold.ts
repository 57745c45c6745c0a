import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { goBuildArguments, goTarget } from '../../packages/core/src/build/go-arguments.ts';
import { sysrootFlags, unpackSysroot } from '../../packages/core/src/build/c-compiler.ts';
import type { RunContext } from '../../packages/core/src/build/runner.ts';
import type { CBuildStep, GoBuildStep, GoModuleSet } from '../../packages/core/src/plan/document.ts';
import { findGo } from '../../packages/core/src/sources/go-toolchain.ts';
import { findZig } from '../../packages/core/src/sources/zig-toolchain.ts';
import { testContext } from '../support/run-context.ts';
import { type BenchResult, compared } from './bench-result.ts';
import { blobOfStep, buildHarbor, type BuiltHarbor, HARBOR_DIR, synthHarbor } from './harbor.ts';
import { elapsed, type Run } from './measure.ts';
import { distrokit, inTempDir, runProgram } from './programs.ts';

/**
 * `synth` of harbor for one architecture with an empty store, against a script that runs `go build` and `zig cc` for the
 * same commands with the same flags and module sets, one after the other. Both have the modules and no compiled package.
 * One run each: they take minutes.
 */
export function benchCold(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    const harbor = await buildHarbor(join(dir, 'harbor'));
    const builds = await prepareBuilds(harbor, dir);
    const ours = await elapsed(async () => {
      const store = join(dir, 'store');
      await distrokit(synthHarbor(join(dir, 'cold'), '--store', store), { env: await freshCaches(dir) });
    });
    const peer = await elapsed(async () => {
      const caches = await freshCaches(dir);
      for (const build of builds) await build(caches)();
    });
    return [compared({ name: 'synth of harbor with nothing, against go build', unit: 'ms', ours, peer, limit: 1.1 })];
  });
}

type Caches = Readonly<Record<string, string>>;
type Build = (caches: Caches) => Run;

async function freshCaches(dir: string): Promise<Caches> {
  return { GOCACHE: await mkdtemp(join(dir, 'go-')), ZIG_GLOBAL_CACHE_DIR: await mkdtemp(join(dir, 'zig-')) };
}

async function prepareBuilds(harbor: BuiltHarbor, dir: string): Promise<readonly Build[]> {
  const builds: Build[] = [];
  for (const step of harbor.plan.steps) {
    if (step.kind === 'go-build') builds.push(await goBuild(step, harbor, dir));
    if (step.kind === 'c-build') builds.push(await cBuild(step, dir));
  }
  return builds;
}

async function goBuild(step: GoBuildStep, harbor: BuiltHarbor, dir: string): Promise<Build> {
  const [cwd, go] = await Promise.all([layOut(step.modules, dir), findGo()]);
  await mkdir(join(cwd, 'bin'));
  const env = { ...go.env, ...goTarget(step.arch), ...(await cgoEnv(step, harbor, dir)) };
  const args = [...goBuildArguments(step, availableParallelism()), '-o', 'bin/', ...Object.values(step.commands)];
  return (caches) => () => runProgram('go', args, { cwd, env: { ...env, ...caches } });
}

/** The settings of a C compiler whose headers and libraries were unpacked before. */
async function cgoEnv(
  { cgo, arch }: GoBuildStep,
  harbor: BuiltHarbor,
  dir: string,
): Promise<Readonly<Record<string, string>>> {
  if (cgo === undefined) return { CGO_ENABLED: '0' };
  const inputs = cgo.sysroot.map(({ step, output }) => [step, blobOfStep(harbor, step, output)] as const);
  const context: RunContext = {
    ...testContext({ store: harbor.store, appDir: HARBOR_DIR, inputs: Object.fromEntries(inputs) }),
    tempDir: () => mkdtemp(join(dir, 'root-')),
  };
  const [zig, root] = await Promise.all([findZig(HARBOR_DIR), unpackSysroot(cgo.sysroot, context)]);
  const { cflags, ldflags } = sysrootFlags(root, arch);
  return {
    CGO_ENABLED: '1',
    CC: `"${zig.path}" cc -target ${cgo.target}`,
    CGO_CFLAGS: ['-O2', cflags, ...cgo.cflags].join(' '),
    CGO_LDFLAGS: [ldflags, ...cgo.ldflags].join(' '),
    PKG_CONFIG: 'true',
  };
}

async function cBuild({ modules, compiler, files }: CBuildStep, dir: string): Promise<Build> {
  const [cwd, zig] = await Promise.all([layOut(modules, dir), findZig(HARBOR_DIR)]);
  const source = (await runProgram('go', ['list', '-m', '-f', '{{.Dir}}', modules.module], { cwd })).trim();
  const args = ['cc', '-target', compiler.target, '-s', ...compiler.cflags, '-o', join(cwd, 'program'), ...files];
  return (caches) => () => runProgram(zig.path, args, { cwd: source, env: caches });
}

/** A directory with the go.mod and go.sum of a module set. */
async function layOut({ goMod, goSum }: GoModuleSet, dir: string): Promise<string> {
  const set = await mkdtemp(join(dir, 'set-'));
  await Promise.all([writeFile(join(set, 'go.mod'), goMod), writeFile(join(set, 'go.sum'), goSum)]);
  return set;
}
