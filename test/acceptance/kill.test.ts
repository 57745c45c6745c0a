import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileTree } from '../support/file-tree.ts';
import { randomFrom } from '../support/random.ts';
import type { CliResult } from '../support/run-cli.ts';
import type { SmallAppChanges } from '../support/small-app.ts';
import { type SmallDistro, smallDistro } from '../support/small-distro.ts';
import { requireTools } from '../support/tools.ts';
import { look, watchDirectory } from '../support/watch-directory.ts';

/** `DISTROKIT_KILL_SEED` repeats the moments of an earlier run. */
const SEED = Number(process.env['DISTROKIT_KILL_SEED'] ?? Date.now() % 1_000_000);
const SYNTH_KILLS = 14;
const LOCK_KILLS = 6;

const VERSIONS: Readonly<Record<'one' | 'two', SmallAppChanges>> = {
  one: {},
  two: { replace: { "'Small 1.2.3\\n'": "'Small, the second\\n'" } },
};

describe.skipIf(requireTools('go'))(`killed at random moments of seed ${SEED}`, () => {
  const random = randomFrom(SEED);
  const releases: Record<string, Readonly<Record<string, string>>> = {};
  let small: SmallDistro;
  let dist: string;
  let lock: string;

  beforeAll(async () => {
    small = await smallDistro();
    dist = join(small.appDir, 'dist');
    expect(await small.cli(['lock'])).toMatchObject({ code: 0 });
    lock = await readFile(join(small.appDir, 'distro.lock.json'), 'utf8');
    for (const [name, changes] of Object.entries(VERSIONS)) {
      await small.writeApp(changes);
      expect(await small.cli(['synth'])).toMatchObject({ code: 0 });
      releases[name] = await fileTree(dist);
    }
  });
  afterAll(() => small[Symbol.asyncDispose]());

  /** Runs a command and kills its whole process group after some milliseconds; earlier if it is done by then. */
  async function kill(args: readonly string[], afterMs: number): Promise<void> {
    if (!(await isKilled(args, afterMs))) await kill(args, afterMs * 0.7);
  }

  async function isKilled(args: readonly string[], afterMs: number): Promise<boolean> {
    const timers = new AbortController();
    const result = await small.cli(args, {
      detached: true,
      onStart: ({ pid }) =>
        void sleep(afterMs, undefined, { signal: timers.signal }).then(
          () => pid !== undefined && process.kill(-pid, 'SIGKILL'),
          () => {},
        ),
    });
    timers.abort();
    return result.code === -1;
  }

  async function timeOf(args: readonly string[]): Promise<number> {
    const started = performance.now();
    expect(await small.cli(args)).toMatchObject({ code: 0 });
    return performance.now() - started;
  }

  test(`${SYNTH_KILLS} killed synths show the old release, the new one or none, and the next run makes the new one`, async () => {
    const store = join(small.dir, 'kill-store');
    const synth = ['synth', '--store', store];
    const wholeMs = await timeOf(synth);
    const seen = new Set<string>();
    for (let round = 0; round < SYNTH_KILLS; round += 1) {
      const name = round % 2 === 0 ? 'one' : 'two';
      await small.writeApp(VERSIONS[name]);
      // Every other time everything is to be built; else what is left is only to be written.
      const isCold = round % 4 < 2;
      if (isCold) await rm(store, { recursive: true, force: true });
      const run = kill(synth, (0.1 + 0.9 * random()) * (isCold ? wholeMs : Math.min(wholeMs, 500)));
      for (const sighting of await watchDirectory(dist, releases, run)) seen.add(sighting);
      seen.add((await look(dist, releases)) ?? 'replaced');
      expect(await small.cli(synth), `round ${round} of seed ${SEED}`).toMatchObject({ code: 0 });
      expect(await fileTree(dist), `round ${round} of seed ${SEED}`).toEqual(releases[name]);
    }
    expect([...seen].filter((sighting) => !['absent', 'one', 'two'].includes(sighting))).toEqual([]);
    expect(seen).toContain('one');
    expect(seen).toContain('two');
    expect((await readdir(small.appDir)).filter((file) => file.includes('distrokit'))).toEqual([]);
    // The compilers of a killed run are in process groups of their own, and end when they find their directory gone.
    await expect.poll(() => leftOvers(small, store), { timeout: 30_000 }).toEqual([]);
  });

  test(`${LOCK_KILLS} killed locks leave the old lock, the new one or none, and the next run makes the new one`, async () => {
    await small.writeApp(VERSIONS.one);
    const file = join(small.appDir, 'distro.lock.json');
    await rm(file);
    const wholeMs = await timeOf(['lock']);
    for (let round = 0; round < LOCK_KILLS; round += 1) {
      await rm(file, { force: true });
      await kill(['lock'], (0.2 + 0.8 * random()) * wholeMs);
      const left = await readFile(file, 'utf8').catch(() => lock);
      expect(undated(left)).toEqual(undated(lock));
      expect(await small.cli(['lock']), `round ${round} of seed ${SEED}`).toMatchObject({ code: 0 });
      expect(undated(await readFile(file, 'utf8'))).toEqual(undated(lock));
    }
    expect((await readdir(small.appDir)).filter((name) => name.startsWith('.'))).toEqual([]);
    await writeFile(file, lock);
  });
});

/** Temporary files of the store, after a run that cleans up. */
async function leftOvers(small: SmallDistro, store: string): Promise<readonly string[]> {
  expect(await small.cli(['store', 'gc', '--store', store])).toMatchObject({ code: 0 });
  const dirs = await Promise.all(['tmp', 'locks'].map((name) => readdir(join(store, 'v1', name))));
  return dirs.flat();
}

function undated(lock: string): unknown {
  return { ...(JSON.parse(lock) as object), date: '' };
}

describe.skipIf(requireTools('go'))('stopped by Ctrl-C', () => {
  let small: SmallDistro;
  beforeAll(async () => {
    small = await smallDistro();
    expect(await small.cli(['lock'])).toMatchObject({ code: 0 });
  });
  afterAll(() => small[Symbol.asyncDispose]());

  test('a build ends its compilers, and the next run goes on', async () => {
    // A compiler that says who it is and then takes its time, with a child of its own.
    const [bin, marker] = [join(small.dir, 'bin'), join(small.dir, 'compilers')];
    const real = execFileSync('sh', ['-c', 'command -v go'], { encoding: 'utf8' }).trim();
    await mkdir(bin);
    const script = `#!/bin/sh\n[ "$1" = build ] || exec '${real}' "$@"\nsleep 300 &\necho $$ $! >> '${marker}'\nwait\n`;
    await writeFile(join(bin, 'go'), script, { mode: 0o755 });

    const result = await small.cli(['synth'], {
      env: { PATH: `${bin}${delimiter}${process.env['PATH']}` },
      onStart: (child) => void appears(marker).then(() => child.kill('SIGINT')),
    });
    expect(result).toMatchObject({ code: 130, out: '', err: expect.stringMatching(/✖ CANCELLED .*\n.*hint: .*\n$/) });
    const compilers = (await readFile(marker, 'utf8')).trim().split(/\s+/).map(Number);
    expect(compilers.length).toBeGreaterThanOrEqual(2);
    expect(compilers.filter(isRunning)).toEqual([]);
    expect(existsSync(join(small.appDir, 'dist'))).toBe(false);
    expect(await readdir(join(small.dir, 'store/v1/tmp'))).toEqual([]);

    const { steps, cached } = summary(await small.cli(['synth', '--json']));
    expect(cached).toBeGreaterThan(0);
    expect(cached).toBeLessThan(steps);
  });

  test('a lock leaves the old lock in place', async () => {
    const file = join(small.appDir, 'distro.lock.json');
    const before = await readFile(file, 'utf8');
    await small.writeApp({ replace: { "version: '7.0.1'": "version: '7.0.2'" } });
    let asked = (): void => {};
    const requested = new Promise<void>((resolve) => (asked = resolve));
    small.serve('/tool-7.0.2-amd64', () => asked());
    const result = await small.cli(['lock'], { onStart: (child) => void requested.then(() => child.kill('SIGINT')) });
    expect(result).toMatchObject({ code: 130, err: expect.stringContaining('✖ CANCELLED') });
    expect(await readFile(file, 'utf8')).toBe(before);
    expect((await readdir(small.appDir)).filter((name) => name.startsWith('.'))).toEqual([]);
    await small.writeApp();
  });
});

async function appears(file: string): Promise<void> {
  while (!existsSync(file)) await sleep(10);
}

/** False for a process that has ended, also while its parent has not taken note yet. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function summary({ code, out }: CliResult): { readonly steps: number; readonly cached: number } {
  expect(code).toBe(0);
  return JSON.parse(out) as { steps: number; cached: number };
}

describe.skipIf(requireTools('go'))('two at once', () => {
  let small: SmallDistro;
  beforeAll(async () => {
    small = await smallDistro();
    expect(await small.cli(['lock'])).toMatchObject({ code: 0 });
  });
  afterAll(() => small[Symbol.asyncDispose]());

  test('into two directories, with one store: each step is done once, both releases are the same', async () => {
    const outputs = ['left', 'right'];
    const runs = await Promise.all(outputs.map((output) => small.cli(['synth', '--json', '-o', output])));
    const [left, right] = runs.map(summary);
    expect((left?.cached ?? 0) + (right?.cached ?? 0)).toBe(left?.steps);
    expect(await fileTree(join(small.appDir, 'left'))).toEqual(await fileTree(join(small.appDir, 'right')));
    expect(await small.cli(['verify', 'left'])).toMatchObject({ code: 0 });
  });

  test('into one directory: one of the two, whole', async () => {
    const other = await small.copyApp('other');
    await small.writeApp(VERSIONS.two);
    const output = join(small.dir, 'both');
    const synth = async (app: string, to: string): Promise<void> => {
      expect(await small.cli(['synth', join(app, 'distro.ts'), '-o', to])).toMatchObject({ code: 0 });
    };
    const whole: Readonly<Record<string, string>>[] = [];
    for (const app of [small.appDir, other]) {
      await synth(app, join(small.dir, 'alone'));
      whole.push(await fileTree(join(small.dir, 'alone')));
    }
    expect(whole[0]).not.toEqual(whole[1]);
    for (let round = 0; round < 4; round += 1) {
      await Promise.all([synth(small.appDir, output), synth(other, output)]);
      expect(whole).toContainEqual(await fileTree(output));
    }
    expect((await readdir(small.dir)).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
