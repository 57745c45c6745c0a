import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { HarborRelease } from './harbor.ts';

const run = promisify(execFile);

/** Harbor's own containerd and runc at work, with everything that they keep in a directory of their own. Needs root. */
export interface RunningContainerd extends AsyncDisposable {
  /** Runs `ctr`. Returns what it printed on its standard output; a failure is an error. */
  ctr(...args: readonly string[]): Promise<string>;
}

/** Starts {@link RunningContainerd} with the programs of a release; it ends when it is disposed. */
export async function startContainerd(harbor: HarborRelease): Promise<RunningContainerd> {
  const dir = await mkdtemp(join(tmpdir(), 'distrokit-containerd-'));
  const programs = [dirname(harbor.binary('containerd')), dirname(harbor.binary('runc'))];
  const env = { PATH: [...programs, process.env['PATH']].join(delimiter) };
  const config = join(dir, 'config.toml');
  await writeFile(config, configToml(dir));
  const daemon = spawn('containerd', ['--config', config], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  daemon.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ctr = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('ctr', ['--address', join(dir, 'containerd.sock'), ...args], { env });
    return stdout;
  };
  const dispose = async (): Promise<void> => {
    await stop(daemon);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await untilItAnswers(() => ctr('version'), daemon);
  } catch (error) {
    await dispose();
    throw new Error(`containerd does not start:\n${log}`, { cause: error });
  }
  return { ctr, [Symbol.asyncDispose]: dispose };
}

/** No plugin of Kubernetes: it would want a network and directories of the machine. */
function configToml(dir: string): string {
  const disabled = ['grpc.v1.cri', 'cri.v1.images', 'cri.v1.runtime'].map((name) => `'io.containerd.${name}'`);
  return `version = 3
root = '${dir}/root'
state = '${dir}/state'
disabled_plugins = [${disabled.join(', ')}]
[grpc]
address = '${dir}/containerd.sock'
[ttrpc]
address = '${dir}/containerd.sock.ttrpc'
`;
}

async function untilItAnswers(ask: () => Promise<unknown>, daemon: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (attempt === 100 || daemon.exitCode !== null) throw error;
      await sleep(100);
    }
  }
}

async function stop(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null) return;
  const ended = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  await ended;
}
