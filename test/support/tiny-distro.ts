import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A distribution in a directory of its own, whose kernel is served by this process: small, real, and without a network. */
export interface TinyDistro extends AsyncDisposable {
  /** The directory of the app, which is also the working directory for it. */
  readonly dir: string;
  /** An environment with a store inside the directory. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes `distro.ts` with further lines in its body, or with other ones in place of some. */
  writeApp(changes?: AppChanges): Promise<void>;
  /** Answers requests for a kernel binary in another way; undefined to be honest again. */
  serve(answer: ((response: ServerResponse, content: string) => void) | undefined): void;
}

/** How an app differs from the plain one. */
export interface AppChanges {
  /** Lines before the export. */
  readonly body?: string;
  /** Text to replace in the file. */
  readonly replace?: Readonly<Record<string, string>>;
}

/** Makes a {@link TinyDistro}; dispose it to stop its server and remove its directory. */
export async function tinyDistro(): Promise<TinyDistro> {
  const dir = await mkdtemp(join(await realpath(tmpdir()), 'tiny-distro-'));
  let answer: ((response: ServerResponse, content: string) => void) | undefined;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const content = `#!/bin/sh\necho ${pathname.replace(/\.sha256$/, '')}\n`;
    if (pathname.endsWith('.sha256')) response.end(createHash('sha256').update(content).digest('hex'));
    else if (answer === undefined) response.end(content);
    else answer(response, content);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await linkPackages(dir);
  const writeApp = (changes: AppChanges = {}) => writeFile(join(dir, 'distro.ts'), appText(port, changes));
  await writeApp();
  return {
    dir,
    env: { DISTROKIT_STORE: join(dir, 'store') },
    writeApp,
    serve: (next) => void (answer = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Puts this workspace's packages where a directory's own `npm install` would. */
export async function linkPackages(dir: string): Promise<void> {
  const scope = join(dir, 'node_modules/@distrokit');
  await mkdir(scope, { recursive: true });
  for (const name of ['core', 'addons', 'cli']) {
    await symlink(fileURLToPath(new URL(`../../packages/${name}`, import.meta.url)), join(scope, name));
  }
}

function appText(port: number, { body = '', replace = {} }: AppChanges): string {
  let text = `import { App, Arch, Component, Distro, Kernel, Package, config, file, kubernetes, text, url } from '@distrokit/core';

const app = new App();
const tiny = new Distro(app, 'tiny', {
  version: '1.0.0',
  vendor: { name: 'Tiny', email: 'release@tiny.example', url: 'https://tiny.example' },
  registry: 'registry.tiny.example',
  targets: ['debian12'],
  date: '2026-01-01T00:00:00Z',
});
new Arch(tiny, 'amd64');
const kernel = new Kernel(tiny, 'kernel', {
  version: '1.36.3',
  source: kubernetes.fromUpstream({ baseUrl: 'http://127.0.0.1:${port}' }),
});
${body}
export default app;
`;
  for (const [from, to] of Object.entries(replace)) text = text.replace(from, to);
  return text;
}
