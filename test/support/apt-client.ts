import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** apt with a configuration and a state of its own, for a machine that knows one repository. */
export interface AptClient extends Disposable {
  /** Runs apt-get. Resolves to its exit code and what it printed on both streams. */
  get(...args: readonly string[]): Promise<{ readonly exit: number; readonly output: string }>;
  /** Runs apt-cache. */
  cache(...args: readonly string[]): Promise<string>;
  /** Where `download` puts packages. */
  readonly dir: string;
  /** Forgets the indexes that were fetched. */
  forget(): void;
}

/** An {@link AptClient} for a `.sources` file. */
export function aptClient(sources: string, arch = 'amd64'): AptClient {
  const dir = mkdtempSync(join(tmpdir(), 'distrokit-apt-'));
  for (const name of [
    'etc/sources.list.d',
    'etc/preferences.d',
    'etc/apt.conf.d',
    'etc/trusted.gpg.d',
    'state/lists/partial',
    'cache/archives/partial',
    'log',
  ])
    mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, 'etc/sources.list.d/test.sources'), sources);
  writeFileSync(join(dir, 'state/status'), '');
  const config = join(dir, 'apt.conf');
  const settings = {
    'Dir::Etc': join(dir, 'etc'),
    'Dir::State': join(dir, 'state'),
    'Dir::State::status': join(dir, 'state/status'),
    'Dir::Cache': join(dir, 'cache'),
    'Dir::Log': join(dir, 'log'),
    'APT::Architecture': arch,
    'APT::Architectures': arch,
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::http::Proxy': 'DIRECT',
    'Acquire::Retries': '0',
  };
  writeFileSync(
    config,
    Object.entries(settings)
      .map(([name, value]) => `${name} "${value}";\n`)
      .join(''),
  );
  const run = (program: string, args: readonly string[]): ReturnType<AptClient['get']> =>
    new Promise((resolve) => {
      const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', APT_CONFIG: config };
      execFile(program, args, { cwd: dir, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        resolve({
          exit: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1,
          output: stdout + stderr,
        });
      });
    });
  return {
    dir,
    get: (...args) => run('apt-get', args),
    cache: async (...args) => (await run('apt-cache', args)).output,
    forget() {
      for (const name of readdirSync(join(dir, 'state/lists')))
        rmSync(join(dir, 'state/lists', name), { recursive: true });
      mkdirSync(join(dir, 'state/lists/partial'));
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}
