import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { goProgram } from './go-program.ts';

/** A server of S3's protocol on loopback, over a directory. */
export interface S3Server extends AsyncDisposable {
  /** The bucket that is there. */
  readonly bucket: string;
  /** The variables that the AWS client finds it by. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts rclone as a server of S3's protocol. */
export async function startS3Server(): Promise<S3Server> {
  const dir = mkdtempSync(join(tmpdir(), 'distrokit-s3-'));
  mkdirSync(join(dir, 'bucket'));
  const port = await freePort();
  const [id, secret] = ['AKIATEST', 'a-secret-of-the-test'];
  const args = [
    'serve',
    's3',
    dir,
    '--addr',
    `127.0.0.1:${port}`,
    '--auth-key',
    `${id},${secret}`,
    '--config',
    '/dev/null',
  ];
  const server = spawn(goProgram('rclone'), args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const endpoint = `http://127.0.0.1:${port}`;
  while (!(await answers(endpoint))) {
    if (server.exitCode !== null) throw new Error(`rclone ended with ${server.exitCode}`);
    await sleep(50);
  }
  return {
    bucket: 'bucket',
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: id,
      AWS_SECRET_ACCESS_KEY: secret,
    },
    async [Symbol.asyncDispose]() {
      server.kill();
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

/** A port of loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
