import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

/** A web server of a directory on loopback. */
export interface FileServer extends AsyncDisposable {
  readonly url: string;
  /** The paths that were asked for, in their order. */
  readonly asked: readonly string[];
}

/** Serves a directory the way a plain web server does. */
export async function serveFiles(dir: string): Promise<FileServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    asked.push(path);
    try {
      const { size, mtime } = statSync(join(dir, path));
      const since = Date.parse(request.headers['if-modified-since'] ?? '');
      if (since >= Math.floor(mtime.getTime() / 1000) * 1000) return void response.writeHead(304).end();
      response.writeHead(200, { 'content-length': size, 'last-modified': mtime.toUTCString() });
      return void createReadStream(join(dir, path))
        .on('error', () => response.destroy())
        .pipe(response);
    } catch {
      return void response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
