import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/** Where programs that tests need are kept from run to run: compiling one takes minutes. */
const KEPT = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'distrokit-test-tools');

/** Programs that tests run and no Debian package holds in a version that serves, as `go install` takes them. */
export const GO_PROGRAMS = {
  cosign: 'github.com/sigstore/cosign/v2/cmd/cosign@v2.6.5',
  registry: 'github.com/distribution/distribution/v3/cmd/registry@v3.1.2',
  rclone: 'github.com/rclone/rclone@v1.75.1',
} as const;

/** The path of a program, built with `go install` when it is asked for the first time. */
export function goProgram(name: keyof typeof GO_PROGRAMS): string {
  const program = GO_PROGRAMS[name];
  const file = join(KEPT, program.replaceAll(/[^a-z0-9.@]+/giu, '-'));
  if (existsSync(file)) return file;
  mkdirSync(KEPT, { recursive: true });
  const dir = mkdtempSync(join(KEPT, 'build-'));
  try {
    const env = { ...process.env, GOBIN: dir, CGO_ENABLED: '0', GOFLAGS: '-trimpath' };
    execFileSync('go', ['install', '-ldflags=-s -w', program], {
      cwd: dir,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    renameSync(join(dir, basename(program.replace(/@.*/u, ''))), file);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return file;
}
