import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { GoModuleSet } from '../plan/document.ts';
import { downloadModule } from '../sources/go-modules.ts';
import { assertGoVersion, findGo, type GoToolchain } from '../sources/go-toolchain.ts';
import { runProgram } from '../sources/run-program.ts';
import { applyPatch } from './apply-patch.ts';
import { copySource } from './copy-source.ts';
import type { RunContext } from './runner.ts';

/** A directory with the go.mod and go.sum of a pinned module set. */
export interface GoWorkspace {
  readonly go: GoToolchain;
  readonly dir: string;
}

/** What a workspace is made for. */
export interface GoWorkspaceStep {
  readonly id: string;
  /** The exact Go version. */
  readonly go: string;
  readonly modules: GoModuleSet;
  readonly patches: readonly ContentRef[];
}

/**
 * Lays a module set out in a temporary directory.
 *
 * @throws TOOL_MISSING, TOOL_VERSION
 */
export async function openGoWorkspace(step: GoWorkspaceStep, context: RunContext): Promise<GoWorkspace> {
  const go = await findGo({ signal: context.signal });
  assertGoVersion(go, step.go);
  const dir = join(await context.tempDir(), 'set');
  await mkdir(dir);
  await writeFile(join(dir, 'go.mod'), step.modules.goMod);
  await writeFile(join(dir, 'go.sum'), step.modules.goSum);
  return { go, dir };
}

/**
 * The directory of the module's files, checked against the lock; a patched copy of it when the step has patches. The
 * unpatched one is the user's module cache and must not be written to.
 *
 * @throws DIGEST_MISMATCH when the module is not the one that was locked.
 * @throws PATCH_FAILED
 */
export async function moduleFiles(
  { modules, patches }: GoWorkspaceStep,
  { go, dir }: GoWorkspace,
  context: RunContext,
): Promise<string> {
  const { module, version, sum } = modules;
  const downloaded = await downloadModule(module, version, { go, dir, signal: context.signal });
  if (downloaded.Sum !== sum) {
    throw new DistroError(
      'DIGEST_MISMATCH',
      `go module ${module} ${version} has ${downloaded.Sum}, the lock has ${sum}`,
    );
  }
  if (patches.length === 0) return downloaded.Dir;
  const copy = join(dir, 'patched');
  await copySource(downloaded.Dir, copy, context.signal);
  for (const patch of patches) await applyPatch(copy, { name: nameOf(patch), file: await context.inputPath(patch) });
  return copy;
}

/**
 * Makes the build take the module from a patched copy beside its go.mod.
 *
 * @throws BUILD_FAILED
 */
export async function replaceWithCopy({ modules }: GoWorkspaceStep, { go, dir }: GoWorkspace): Promise<void> {
  // A relative path, since it ends up in the binary's build information.
  const args = ['mod', 'edit', `-replace=${modules.module}@${modules.version}=./patched`];
  const result = await runProgram('go', args, { cwd: dir, env: go.env });
  if (result.exit !== 0) throw new DistroError('BUILD_FAILED', `go mod edit failed: ${result.tail.join('\n')}`);
}

/** A patch by its file's name, which is what the step that took it in is called after. */
function nameOf(patch: ContentRef): string {
  return patch.step.replace(/^file /u, '');
}
