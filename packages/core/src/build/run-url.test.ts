import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256Of } from '../model/digest.ts';
import type { UrlStep } from '../plan/document.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { runUrl } from './run-url.ts';
import type { RunContext } from './runner.ts';

// The server of these tests is not behind the proxy that this machine may have.
process.env['no_proxy'] = '127.0.0.1';

const content = Buffer.alloc(300_000, 'content');
let dir: string;
let store: Store;
let server: Server;
let ranges: (string | undefined)[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'run-url-'));
  store = await openStore(join(dir, 'store'));
  ranges = [];
  server = createServer((request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    const start = Number(/^bytes=(\d+)-$/u.exec(range ?? '')?.[1] ?? 0);
    const rest = content.subarray(start);
    response.writeHead(range === undefined ? 200 : 206, {
      'content-length': rest.length,
      etag: '"one"',
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
    });
    // The first answer stops in the middle and waits.
    if (ranges.length === 1) response.write(rest.subarray(0, 100_000));
    else response.end(rest);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dir, { recursive: true });
});

test('a download that was stopped goes on in the next run', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
  const expected = { sha256: sha256Of(content), size: content.length };
  const step: UrlStep = { kind: 'url', id: 'url', path: 'harbor/file', outputs: ['file'], url, ...expected };
  const run = (signal: AbortSignal, onProgress: (done: number) => void): ReturnType<typeof runUrl> =>
    runUrl(step, contextOf({ signal, onProgress }));

  const abort = new AbortController();
  const stopped = run(abort.signal, (done) => (done === 100_000 ? abort.abort() : undefined));
  await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });

  const seen: number[] = [];
  expect(await run(new AbortController().signal, (done) => seen.push(done))).toEqual({ file: expected });
  expect(ranges).toEqual([undefined, 'bytes=100000-']);
  expect(seen.at(-1)).toBe(content.length);
  expect(await readdir(await store.cacheDir('downloads'))).toEqual([]);
});

test('bytes that the store has already are not downloaded', async () => {
  const id = await store.put(content);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
  const step: UrlStep = { kind: 'url', id: 'url', path: 'harbor/file', outputs: ['file'], url, ...id };
  const context = contextOf({ signal: new AbortController().signal, onProgress: () => {} });
  expect(await runUrl(step, context)).toEqual({ file: id });
  expect(ranges).toEqual([]);
});

function contextOf(options: { readonly signal: AbortSignal; onProgress(done: number): void }): RunContext {
  const unused = async (): Promise<never> => {
    throw new Error('a download takes no inputs');
  };
  return {
    store,
    appDir: dir,
    cores: 1,
    signal: options.signal,
    input: unused,
    inputPath: unused,
    tempDir: unused,
    report: (event) => (event.type === 'step-progress' ? options.onProgress(event.done) : undefined),
  };
}
