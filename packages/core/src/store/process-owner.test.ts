import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { currentOwner, ownerState } from './process-owner.ts';

/** The owner with one of its parts (boot, namespace, pid, start) replaced. */
function other(part: number, value: string): string {
  return currentOwner().split('.').with(part, value).join('.');
}

function startOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

describe('ownerState', () => {
  test('knows this process, also with what a session adds to its name', () => {
    expect(ownerState(currentOwner())).toBe('alive');
    expect(ownerState(`${currentOwner()}.0badcafe`)).toBe('alive');
  });

  test('tells a process from a later one with its pid, and from one before the machine was started', () => {
    expect(ownerState(other(3, '1'))).toBe('dead');
    expect(ownerState(other(0, '0000000000000000'))).toBe('dead');
    expect(ownerState('')).toBe('dead');
  });

  test('does not judge processes of other containers', () => {
    expect(ownerState(other(1, '1'))).toBe('unknown');
  });

  test('sees a process end, also before its parent takes notice', async () => {
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const owner = other(2, String(pid)).split('.').with(3, startOf(pid)).join('.');
    expect(ownerState(owner)).toBe('alive');
    process.kill(pid, 'SIGKILL');
    // Its parent does not wait for it: it stays in /proc as a zombie.
    await expect.poll(() => ownerState(owner)).toBe('dead');
    expect(startOf(pid)).not.toBe('');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  });
});
