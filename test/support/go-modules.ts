import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipOf } from './zip.ts';

/** Modules served from a directory, with module and compile caches of their own. */
export interface TestModules {
  /** The caches' directory. */
  readonly dir: string;
  /** Publishes a version; `files` hold everything but go.mod, which has these lines after its first. */
  publish(module: string, version: string, files: Readonly<Record<string, string>>, goMod?: readonly string[]): void;
  dispose(): void;
}

/** Makes `go` in this process fetch modules from a new directory only. */
export function serveTestModules(): TestModules {
  const dir = mkdtempSync(join(tmpdir(), 'go-modules-'));
  const proxy = join(dir, 'proxy');
  const before = { ...process.env };
  Object.assign(process.env, {
    GOPROXY: `file://${proxy}`,
    GONOSUMDB: '*',
    GOSUMDB: 'off',
    GOMODCACHE: join(dir, 'modules'),
  });
  return {
    dir,
    publish(module, version, files, goMod = ['go 1.24']) {
      const versions = join(proxy, module, '@v');
      mkdirSync(versions, { recursive: true });
      const goModText = `module ${module}\n${goMod.join('\n')}\n`;
      const entries = Object.entries({ ...files, 'go.mod': goModText });
      writeFileSync(join(versions, 'list'), `${version}\n`, { flag: 'a' });
      writeFileSync(
        join(versions, `${version}.info`),
        JSON.stringify({ Version: version, Time: '2026-01-01T00:00:00Z' }),
      );
      writeFileSync(join(versions, `${version}.mod`), goModText);
      const named = entries.map(([path, text]): [string, string] => [`${module}@${version}/${path}`, text]);
      writeFileSync(join(versions, `${version}.zip`), zipOf(Object.fromEntries(named)));
    },
    dispose() {
      // The module cache is read-only; go knows how to remove it.
      execFileSync('go', ['clean', '-modcache'], { cwd: dir });
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
