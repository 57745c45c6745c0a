import { DistroError } from '../errors/distro-error.ts';
import type { GoToolchain } from './go-toolchain.ts';
import { nearestVersions } from './nearest-versions.ts';
import { runProgram } from './run-program.ts';

interface FailedModule {
  readonly module: string;
  readonly version: string;
  /** What Go said. */
  readonly message: string;
  readonly go: GoToolchain;
  readonly dir: string;
  readonly signal?: AbortSignal | undefined;
}

/** The error for a module that Go could not fetch or tidy: an unknown version, a Go that is too old, or no such module. */
export async function moduleProblem(failed: FailedModule): Promise<DistroError> {
  const { module, version, message } = failed;
  const needed = /requires go >= ([0-9.]+\w*)/u.exec(message)?.[1];
  if (needed !== undefined) {
    return new DistroError('TOOL_VERSION', `go module ${module} ${version} needs Go ${needed}`, {
      hint: `this machine has Go ${failed.go.version}: install a newer one or set GOTOOLCHAIN=go${needed}`,
    });
  }
  const versions = await versionsOfModule(module, failed);
  if (versions.length > 0 && !versions.includes(version)) {
    return new DistroError('SOURCE_VERSION_UNKNOWN', `go module ${module} has no version ${version}`, {
      hint: `near it are ${nearestVersions(version, versions).join(', ')}`,
    });
  }
  return new DistroError('SOURCE_UNAVAILABLE', `go module ${module} ${version} cannot be resolved: ${message}`, {
    hint: 'check the module path, its packages and GOPROXY (go env GOPROXY)',
  });
}

/** The versions that are published of a module, in Go's order; none when there is no such module. */
export async function versionsOfModule(
  module: string,
  options: Pick<FailedModule, 'go' | 'dir' | 'signal'>,
): Promise<readonly string[]> {
  const run = { cwd: options.dir, env: options.go.env, capture: true, signal: options.signal };
  const result = await runProgram('go', ['list', '-m', '-versions', '-json', `${module}@latest`], run);
  if (result.exit !== 0) return [];
  return (JSON.parse(result.stdout) as { Versions?: readonly string[] }).Versions ?? [];
}
