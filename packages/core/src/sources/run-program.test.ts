import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProgramOptions, runProgram } from './run-program.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'run-program-'));
});
afterEach(() => rm(dir, { recursive: true }));

const shell = (script: string, more: Partial<ProgramOptions> = {}): ReturnType<typeof runProgram> =>
  runProgram('/bin/sh', ['-c', script], { cwd: dir, env: { PATH: process.env['PATH'] ?? '' }, ...more });

describe('runProgram', () => {
  test('gives the exit code and the last lines of both streams', async () => {
    const lines: string[] = [];
    const result = await shell('echo one; echo two >&2; exit 3', { onLine: (line) => lines.push(line) });
    expect(result).toMatchObject({ exit: 3, stdout: '' });
    expect([...result.tail].sort()).toEqual(['one', 'two']);
    expect(lines.sort()).toEqual(['one', 'two']);
  });

  test('keeps standard output apart when it is captured', async () => {
    expect(await shell('echo one; echo two >&2', { capture: true })).toEqual({
      exit: 0,
      stdout: 'one\n',
      tail: ['two'],
    });
  });

  test('keeps only the end of a long output', async () => {
    const { tail } = await shell('i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo $i; done');
    expect(tail).toHaveLength(40);
    expect(tail.at(-1)).toBe('100');
  });

  test('gives the program nothing of our environment', async () => {
    const { stdout } = await runProgram('/usr/bin/env', [], { cwd: dir, env: { ONLY: 'this' }, capture: true });
    expect(stdout).toBe('ONLY=this\n');
  });

  test('names a program that is missing and says how to get it', async () => {
    const missing = runProgram('no-such-program', [], { cwd: dir, env: {}, hint: 'install it' });
    await expect(missing).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      message: "the program 'no-such-program' is not on this machine",
      hint: 'install it',
    });
  });

  test('does not start when it is stopped already', async () => {
    const stopped = shell('touch started', { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(readFile(join(dir, 'started'))).rejects.toThrow('ENOENT');
  });

  test('stops the program and what it started', async () => {
    const abort = new AbortController();
    const running = shell('sleep 60 & echo $! > child; echo ready; wait', {
      signal: abort.signal,
      onLine: () => abort.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await isGone(Number(await readFile(join(dir, 'child'), 'utf8')))).toBe(true);
  });

  test('kills a program that does not heed SIGTERM', async () => {
    const abort = new AbortController();
    const script = 'trap "" TERM; echo $$ > child; echo ready; while :; do sleep 0.1; done';
    const running = shell(script, { signal: abort.signal, onLine: () => abort.abort() });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await isGone(Number(await readFile(join(dir, 'child'), 'utf8')))).toBe(true);
  });
});

/** A killed process that nobody waited for yet still has its number; it is gone for us when it is a zombie. */
async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    if (status === undefined || / Z /u.test(status)) return true;
    await sleep(20);
  }
  return false;
}
