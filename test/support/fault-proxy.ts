import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request on its way. */
export type Fault =
  /** The connection is cut after so many bytes of the request's body. */
  | { readonly cutRequest: number }
  /** The connection is cut after so many bytes of the answer's body. */
  | { readonly cutAnswer: number }
  /** The request is done, and its answer lost. */
  | 'lose-answer'
  /** It is answered with a status, and not done. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The answer's body is altered. */
  | { readonly alter: (bytes: Buffer) => Buffer };

/** A proxy between a client and a real server, which it hinders. */
export interface FaultProxy extends AsyncDisposable {
  /** `127.0.0.1:` and its port. */
  readonly host: string;
  /** `METHOD path` of each request so far, without its query. */
  readonly log: readonly string[];
}

/** Starts a proxy on loopback before `host`. `faultOf` says what happens to a request; nothing when it is undefined. */
export async function startFaultProxy(
  host: string,
  faultOf: (method: string, path: string) => Fault | undefined,
): Promise<FaultProxy> {
  const log: string[] = [];
  const server = createServer((incoming, response) => {
    const { method = '', url = '' } = incoming;
    const path = url.replace(/\?.*/u, '');
    log.push(`${method} ${path}`);
    incoming.on('error', () => {});
    response.on('error', () => {});
    pass(host, { incoming, response, fault: faultOf(method, path) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Passing {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly fault: Fault | undefined;
}

function pass(host: string, { incoming, response, fault }: Passing): void {
  if (typeof fault === 'object' && 'status' in fault) {
    incoming.resume();
    return void response.writeHead(fault.status, fault.headers).end();
  }
  // The server sees the proxy's own name, so that the places that it names are here.
  const { method, url: path, headers } = incoming;
  const outgoing = forward(`http://${host}${path}`, { method, headers, setHost: false }, (answer) => {
    if (fault === 'lose-answer') return void answer.resume().once('end', () => response.destroy());
    void send(answer, response, fault);
  });
  outgoing.on('error', () => response.destroy());
  const cutAfter = typeof fault === 'object' && 'cutRequest' in fault ? fault.cutRequest : Infinity;
  let seen = 0;
  incoming.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, Math.max(0, cutAfter - seen));
    seen += chunk.length;
    if (!outgoing.write(part)) incoming.pause();
    if (seen < cutAfter) return;
    // What came before the cut reaches the server: it is asked for later.
    incoming.removeAllListeners('data').pause();
    setTimeout(() => {
      outgoing.destroy();
      response.destroy();
    }, 100);
  });
  outgoing.on('drain', () => incoming.resume());
  incoming.once('end', () => outgoing.end());
}

function freeAgain(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

async function send(answer: IncomingMessage, response: ServerResponse, fault: Fault | undefined): Promise<void> {
  const alter = typeof fault === 'object' && 'alter' in fault ? fault.alter : undefined;
  const cutAfter = typeof fault === 'object' && 'cutAnswer' in fault ? fault.cutAnswer : Infinity;
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  let sent = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      const part = (alter?.(chunk) ?? chunk).subarray(0, Math.max(0, cutAfter - sent));
      sent += part.length;
      const isFree = response.write(part);
      if (sent >= cutAfter) return void setTimeout(() => response.destroy(), 50);
      if (!isFree) await freeAgain(response);
    }
    response.end();
  } catch {
    response.destroy();
  }
}
