import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256Of } from '../model/digest.ts';
import { download } from './download.ts';
import { redact, redirectTarget } from './http-get.ts';

// The server of these tests is not behind the proxy that this machine may have.
process.env['no_proxy'] = '127.0.0.1';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const content = Buffer.from('0123456789'.repeat(1000));
const expected = { sha256: sha256Of(content), size: content.length };
const quick = { backoffMs: 1, retries: 2 };

let dir: string;
let server: Server;
let answers: Answer[];
let requests: IncomingMessage[];

/** Answers the n-th request with the n-th answer, and every further one with the last. */
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'download-'));
  answers = [];
  requests = [];
  server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request);
    answer?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dir, { recursive: true });
});

const address = (path = '/file'): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const target = (): string => join(dir, 'part');

const whole: Answer = (_request, response) => {
  response.writeHead(200, { 'content-length': content.length, etag: '"one"' }).end(content);
};
/** Announces everything and breaks off after some bytes. */
const broken =
  (bytes: number): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': content.length, etag: '"one"' });
    response.write(content.subarray(0, bytes));
    setTimeout(() => response.destroy(), 50);
  };
const ranged: Answer = (request, response) => {
  const start = Number(/^bytes=(\d+)-$/u.exec(request.headers.range ?? '')?.[1] ?? Number.NaN);
  if (start >= content.length)
    return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
  const rest = content.subarray(start);
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  response.writeHead(206, { 'content-length': rest.length, 'content-range': range }).end(rest);
};
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(code, headers).end();
  };

describe('download', () => {
  test('gives digest and size and leaves only the file', async () => {
    answers = [whole];
    expect(await download(address(), { file: target() })).toEqual(expected);
    expect(await readFile(target())).toEqual(content);
    expect(await readdir(dir)).toEqual(['part']);
  });

  test('asks for bytes as they are stored', async () => {
    answers = [whole];
    await download(address(), { file: target() });
    expect(requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  test('goes on where the connection broke, if the content is still the same', async () => {
    answers = [broken(4000), ranged];
    expect(await download(address(), { file: target(), ...quick })).toEqual(expected);
    expect(requests[1]?.headers).toMatchObject({ range: 'bytes=4000-', 'if-range': '"one"' });
  });

  test('starts again when the server answers with the whole', async () => {
    answers = [broken(4000), whole];
    expect(await download(address(), { file: target(), ...quick })).toEqual(expected);
  });

  test('goes on after an earlier run when the digest is known', async () => {
    await writeFile(target(), content.subarray(0, 9000));
    answers = [ranged];
    expect(await download(address(), { file: target(), expect: expected })).toEqual(expected);
    expect(requests[0]?.headers.range).toBe('bytes=9000-');
  });

  test('does not go on after an unknown earlier run when nothing would tell', async () => {
    await writeFile(target(), 'something else');
    answers = [whole];
    expect(await download(address(), { file: target() })).toEqual(expected);
    expect(requests[0]?.headers.range).toBeUndefined();
  });

  test('takes a file that is complete already', async () => {
    await writeFile(target(), content);
    answers = [ranged];
    expect(await download(address(), { file: target(), expect: expected })).toEqual(expected);
  });

  test('starts from nothing when the earlier part was of another file', async () => {
    await writeFile(target(), Buffer.alloc(5000, 'x'));
    answers = [ranged, whole];
    expect(await download(address(), { file: target(), expect: expected, ...quick })).toEqual(expected);
    expect(requests[1]?.headers.range).toBeUndefined();
  });

  test('starts from nothing when the server has less than came before', async () => {
    await writeFile(target(), Buffer.alloc(20_000));
    answers = [ranged, whole];
    expect(await download(address(), { file: target(), expect: expected, ...quick })).toEqual(expected);
  });

  test('names a download that always ends early', async () => {
    answers = [broken(4000)];
    await expect(download(address(), { file: target(), ...quick })).rejects.toMatchObject({
      code: 'DOWNLOAD_TRUNCATED',
      message: `${address()} ended after 4000 of 10000 bytes`,
    });
    expect(requests).toHaveLength(3);
  });

  test('names a chunked download that is shorter than pinned', async () => {
    answers = [(_request, response) => void response.writeHead(200).end(content.subarray(1))];
    await expect(download(address(), { file: target(), expect: expected, ...quick })).rejects.toMatchObject({
      code: 'DOWNLOAD_TRUNCATED',
    });
  });

  test.each([
    ['announces another size', { 'content-length': '3' }, 'abc'],
    ['sends more than the pinned size', {}, `${content.toString()}!`],
    ['sends other bytes', { 'content-length': '10000' }, 'x'.repeat(10_000)],
  ])('refuses a server that %s, without another attempt', async (_what, headers, body) => {
    answers = [(_request, response) => void response.writeHead(200, headers).end(body)];
    await expect(download(address(), { file: target(), expect: expected, ...quick })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    expect(requests).toHaveLength(1);
    expect(await readdir(dir)).toEqual([]);
  });

  test('tries again after a passing failure', async () => {
    answers = [status(503), status(429), whole];
    expect(await download(address(), { file: target(), ...quick })).toEqual(expected);
  });

  test('does not try again for a file that is not there', async () => {
    answers = [status(404)];
    await expect(download(address(), { file: target() })).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: `${address()} answered with status 404`,
    });
    expect(requests).toHaveLength(1);
  });

  test('gives up on a server that says nothing', async () => {
    answers = [() => {}];
    await expect(download(address(), { file: target(), ...quick, idleMs: 20 })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
  });

  test('follows redirects, also relative ones', async () => {
    answers = [status(302, { location: '/elsewhere' }), whole];
    expect(await download(address(), { file: target() })).toEqual(expected);
    expect(requests[1]?.url).toBe('/elsewhere');
  });

  test.each([
    ['that never end', { location: '/file' }, 11],
    ['to a file', { location: 'file:///etc/passwd' }, 1],
    ['to nonsense', { location: 'http://[' }, 1],
  ])('does not follow redirects %s', async (_what, headers, count) => {
    answers = [status(302, headers)];
    await expect(download(address(), { file: target(), ...quick })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(requests).toHaveLength(count);
  });

  test('stops when it is told to and keeps what came', async () => {
    const abort = new AbortController();
    answers = [
      (_request, response) => {
        response.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, 100));
      },
    ];
    const stopped = download(address(), { file: target(), signal: abort.signal, onProgress: () => abort.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readFile(target())).toEqual(content.subarray(0, 100));
  });
});

test('does not blame the server, and does not wait, when the file cannot be written', async () => {
  answers = [whole];
  await writeFile(join(dir, 'blocker'), '');
  await expect(download(address(), { file: join(dir, 'blocker/file'), ...quick })).rejects.toMatchObject({
    code: 'PATH_INVALID',
  });
  expect(requests).toHaveLength(1);
});

test('goes through the proxy that the environment names', async () => {
  answers = [whole];
  const before = process.env['http_proxy'];
  process.env['http_proxy'] = address('');
  try {
    expect(await download('http://files.example/a', { file: target() })).toEqual(expected);
    expect(requests[0]?.headers.host).toBe('files.example');
  } finally {
    if (before === undefined) delete process.env['http_proxy'];
    else process.env['http_proxy'] = before;
  }
});

describe('redirectTarget', () => {
  const from = new URL('https://files.example/a/b');

  test('follows from https to https', () => {
    expect(redirectTarget(from, '../c', from.href).href).toBe('https://files.example/c');
  });

  test('does not follow from https to http', () => {
    expect(() => redirectTarget(from, 'http://files.example/a', from.href)).toThrow(
      expect.objectContaining({
        code: 'DOWNLOAD_FAILED',
        message: 'https://files.example/a/b redirects to http from https, which is not followed',
      }),
    );
  });
});

test('redact keeps secrets out of messages', () => {
  expect(redact('https://me:secret@files.example/a?token=secret')).toBe('https://files.example/a?…');
});
