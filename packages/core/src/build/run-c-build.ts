import { join } from 'node:path';
import { runProgram } from '../sources/run-program.ts';
import { openCompiler } from './c-compiler.ts';
import { moduleFiles, openGoWorkspace } from './go-workspace.ts';
import { programFailure } from './program-failure.ts';
import type { Runner } from './runner.ts';

/**
 * Compiles one C program from files of a Go module with the pinned Zig. Symbols and build id are left out.
 *
 * @throws TOOL_MISSING, TOOL_VERSION, DIGEST_MISMATCH, PATCH_FAILED, BUILD_FAILED, CANCELLED
 */
export const runCBuild: Runner<'c-build'> = async (step, context) => {
  const { signal, report, store } = context;
  const { cflags, target } = step.compiler;
  const zig = await openCompiler(step.compiler, context);
  const workspace = await openGoWorkspace(step, context);
  const source = await moduleFiles(step, workspace, context);
  const [name = 'program'] = step.outputs;
  const binary = join(workspace.dir, 'program');
  const env = { ...workspace.go.env, ZIG_LOCAL_CACHE_DIR: join(workspace.dir, 'zig') };
  const onLine = (line: string): void => report({ type: 'step-output', id: step.id, line });
  const fixed = ['cc', '-target', target, '-s', '-Wl,--build-id=none', `-ffile-prefix-map=${source}=.`];
  const args = [...fixed, ...cflags, '-o', binary, ...step.files];
  const result = await runProgram(zig.path, args, { cwd: source, env, signal, onLine });
  if (result.exit !== 0) throw programFailure('zig cc', result);
  return { [name]: await store.putFile(binary, { move: true }) };
};
