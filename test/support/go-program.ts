import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
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

/** The path of a program whose source is a directory beside this file. It is built again when its files change. */
export function goMain(name: string): string {
  const source = join(import.meta.dirname, name);
  const hash = createHash('sha256');
  for (const file of readdirSync(source).sort()) hash.update(readFileSync(join(source, file)));
  const built = join(KEPT, `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(built)) return built;
  mkdirSync(KEPT, { recursive: true });
  const temporary = `${built}.${process.pid}`;
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-trimpath' };
  execFileSync('go', ['build', '-o', temporary, '.'], { cwd: source, env, stdio: ['ignore', 'ignore', 'inherit'] });
  renameSync(temporary, built);
  return built;
}
