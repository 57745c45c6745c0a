import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipOf } from './zip.ts';

/** A Go module proxy in a directory. */
export interface ModuleProxy {
  /** Makes `go` fetch from here only, into caches of its own but for the compiled standard library. */
  readonly env: Readonly<Record<string, string>>;
  /** Publishes a version of a module; `files` hold everything but go.mod. */
  publish(module: string, version: string, files: Readonly<Record<string, string>>): void;
  /** Empties the module cache, whose files only `go` can remove. */
  clean(): void;
}

/**
 * Makes a proxy in `dir`.
 *
 * @see https://go.dev/ref/mod#goproxy-protocol
 */
export function moduleProxy(dir: string): ModuleProxy {
  const proxy = join(dir, 'proxy');
  const env = {
    GOPROXY: `file://${proxy}`,
    GONOSUMDB: '*',
    GOSUMDB: 'off',
    GOMODCACHE: join(dir, 'modules'),
    GOTOOLCHAIN: 'local',
    // The standard library is compiled once for all tests, also for those with another home.
    GOCACHE: execFileSync('go', ['env', 'GOCACHE'], { encoding: 'utf8' }).trim(),
  };
  return {
    env,
    publish(module, version, files) {
      const versions = join(proxy, module, '@v');
      const goMod = `module ${module}\n\ngo 1.24\n`;
      mkdirSync(versions, { recursive: true });
      writeFileSync(join(versions, 'list'), `${version}\n`, { flag: 'a' });
      writeFileSync(
        join(versions, `${version}.info`),
        JSON.stringify({ Version: version, Time: '2026-01-01T00:00:00Z' }),
      );
      writeFileSync(join(versions, `${version}.mod`), goMod);
      const named = Object.entries({ ...files, 'go.mod': goMod }).map(([path, text]): [string, string] => [
        `${module}@${version}/${path}`,
        text,
      ]);
      writeFileSync(join(versions, `${version}.zip`), zipOf(Object.fromEntries(named)));
    },
    clean() {
      execFileSync('go', ['clean', '-modcache'], { cwd: dir, env: { ...process.env, ...env } });
    },
  };
}
