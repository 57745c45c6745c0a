import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { moduleProxy, type ModuleProxy } from './module-proxy.ts';
import { type CliResult, runCli, type RunCliOptions } from './run-cli.ts';
import { AGENT_FILES, SMALL_FILES, smallApp, type SmallAppChanges } from './small-app.ts';
import { linkPackages } from './tiny-distro.ts';

/** Answers a request in another way than the honest one. */
export type Answer = (response: ServerResponse, content: string) => void;

/**
 * A small but complete distribution in a directory of its own: packages with everything that packages can hold, an
 * add-on, an installer, components from a patched Go module, downloads and files. Nothing comes from the network.
 */
export interface SmallDistro extends AsyncDisposable {
  /** The directory of everything; tests may add to it. */
  readonly dir: string;
  /** The directory of the app. */
  readonly appDir: string;
  /** The environment for its commands, with a store inside {@link dir}. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its downloads are served, without a slash at the end. */
  readonly origin: string;
  readonly modules: ModuleProxy;
  /** Runs `distrokit` in the app's directory. */
  cli(args: readonly string[], options?: Partial<RunCliOptions>): Promise<CliResult>;
  /** Writes `distro.ts` with changes. */
  writeApp(changes?: SmallAppChanges): Promise<void>;
  /** Another copy of the app with its lock, in a new directory beside it. */
  copyApp(name: string): Promise<string>;
  /** Answers requests for a path in another way; undefined to be honest again. */
  serve(path: string, answer: Answer | undefined): void;
}

/** Makes a {@link SmallDistro}, not locked yet; dispose it to stop its server and remove its directory. */
export async function smallDistro(): Promise<SmallDistro> {
  const dir = await mkdtemp(join(await realpath(tmpdir()), 'small-distro-'));
  const appDir = join(dir, 'app');
  const answers = new Map<string, Answer>();
  const server = await serveFiles(answers);
  const modules = moduleProxy(join(dir, 'go'));
  modules.publish('example.test/agent', 'v0.4.0', AGENT_FILES);
  await writeFiles(appDir, SMALL_FILES);
  await linkPackages(dir);
  const writeApp = (changes?: SmallAppChanges): Promise<void> =>
    writeFile(join(appDir, 'distro.ts'), smallApp(server.origin, changes));
  await writeApp();
  const env = { ...modules.env, DISTROKIT_STORE: join(dir, 'store') };
  return {
    dir,
    appDir,
    env,
    origin: server.origin,
    modules,
    cli: (args, options) => runCli(args, { cwd: appDir, ...options, env: { ...env, ...options?.env } }),
    writeApp,
    async copyApp(name) {
      const copy = join(dir, name);
      await cp(appDir, copy, { recursive: true, filter: (source) => source !== join(appDir, 'dist') });
      return copy;
    },
    serve(path, answer) {
      if (answer === undefined) answers.delete(path);
      else answers.set(path, answer);
    },
    async [Symbol.asyncDispose]() {
      server.stop();
      modules.clean();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Serves a small script for every path, and its digest for a path that ends in `.sha256`. */
async function serveFiles(answers: ReadonlyMap<string, Answer>): Promise<{ origin: string; stop: () => void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const content = `#!/bin/sh\necho ${pathname.replace(/\.sha256$/, '')}\n`;
    const answer = answers.get(pathname);
    if (answer !== undefined) answer(response, content);
    else if (pathname.endsWith('.sha256')) response.end(createHash('sha256').update(content).digest('hex'));
    else response.end(content);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${port}`, stop };
}

/** Writes text files below a directory. */
export async function writeFiles(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}
