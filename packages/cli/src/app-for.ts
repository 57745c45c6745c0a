import type { CommandContext } from './context.ts';
import type { LoadedApp } from './load-app.ts';
import { usageError } from './problems.ts';

/** The app's file when a command line names none. */
export const DEFAULT_APP = 'distro.ts';

/**
 * The app that a command is about: the one in the named file, or for `node distro.ts synth` the program itself.
 *
 * @throws USAGE when a program is told to load another app, and what {@link loadApp} throws
 */
export async function appFor({ io, ownApp }: CommandContext, file: string | undefined): Promise<LoadedApp> {
  if (ownApp === undefined) {
    // Bundling is slow to load, and a usage error does not need it.
    const { loadApp } = await import('./load-app.ts');
    return loadApp(file ?? DEFAULT_APP, { cwd: io.cwd, conditions: conditionsOf(io.nodeOptions) });
  }
  if (file === undefined) return ownApp;
  throw usageError(`a program is about its own app, not about ${file}`, `distrokit … ${file}`);
}

/** The conditions of package exports that Node itself was started with, such as `--conditions=source`. */
export function conditionsOf(nodeOptions: readonly string[]): readonly string[] {
  return nodeOptions.flatMap((option, index) => {
    const inline = /^(?:--conditions|-C)=(.+)$/.exec(option)?.[1];
    if (inline !== undefined) return [inline];
    const next = nodeOptions[index + 1];
    return (option === '--conditions' || option === '-C') && next !== undefined ? [next] : [];
  });
}
