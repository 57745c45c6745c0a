import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Of } from '../../packages/core/src/model/digest.ts';
import { verifyRelease } from '../../packages/core/src/release/verify.ts';

const WRITER = fileURLToPath(new URL('../support/release-writer.ts', import.meta.url));
const KILLS = 20;

let dir: string;
/** SHA256SUMS of a release that nobody disturbed, which stand for all its bytes. */
const undisturbed = new Map<string, string>();
let wholeRunMs: number;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-kill-'));
  for (const content of ['one', 'two']) {
    const started = performance.now();
    await write('calm-store', 'calm', content);
    wholeRunMs = performance.now() - started;
    undisturbed.set(content, await readFile(join(dir, 'calm/SHA256SUMS'), 'utf8'));
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const run = promisify(execFile);

async function write(store: string, output: string, ...contents: readonly string[]): Promise<readonly number[]> {
  const { stdout } = await run(process.execPath, [WRITER, join(dir, store), join(dir, output), ...contents]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { ran: number }).ran);
}

async function writeAndKill(store: string, output: string, afterMs: number): Promise<void> {
  const args = [WRITER, join(dir, store), join(dir, output), 'one', 'two', 'one', 'two', 'one'];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await Promise.race([sleep(afterMs), ended]);
  child.kill('SIGKILL');
  await ended;
}

/** `whole`, `absent`, or what is wrong with a release. */
async function stateOf(output: string): Promise<string> {
  if (!(await readdir(dir)).includes(output)) return 'absent';
  const problems = await verifyRelease(join(dir, output));
  return problems.length === 0 ? 'whole' : problems.map(({ message }) => message).join('; ');
}

async function expectSound(store: string): Promise<void> {
  const blobs = join(dir, store, 'v1/blobs');
  for (const name of await readdir(blobs)) expect(sha256Of(await readFile(join(blobs, name)))).toBe(name);
}

describe('a build that is killed', () => {
  test(`${KILLS} times at random moments leaves whole releases or none, and the next run makes the same bytes`, async () => {
    const broken: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const afterMs = Math.round(100 + Math.random() * wholeRunMs * 1.5);
      await writeAndKill('store', 'dist', afterMs);
      const state = await stateOf('dist');
      if (state !== 'whole' && state !== 'absent') broken.push(`killed after ${afterMs} ms: ${state}`);
    }
    expect(broken).toEqual([]);
    await write('store', 'dist', 'two');
    expect(await readFile(join(dir, 'dist/SHA256SUMS'), 'utf8')).toBe(undisturbed.get('two'));
    expect(await verifyRelease(join(dir, 'dist'))).toEqual([]);
    expect((await readdir(dir)).filter((name) => name.startsWith('.dist'))).toEqual([]);
    expect(await readdir(join(dir, 'store/v1/locks'))).toEqual([]);
    await expectSound('store');
    await write('store', 'dist', 'two');
    const sessions = await readdir(join(dir, 'store/v1/tmp'));
    expect(sessions).toEqual([]);
  });

  test('is found in the store by the next run as far as it came', async () => {
    expect(await write('calm-store', 'calm', 'one', 'two')).toEqual([0, 0]);
  });
});

test('two builds at once do each step once and give one release', async () => {
  const both = await Promise.all([write('both-store', 'both', 'one'), write('both-store', 'both', 'one')]);
  const ran = both.flat().reduce((sum, one) => sum + one, 0);
  expect(ran).toBe((await write('alone-store', 'alone', 'one'))[0]);
  expect(await readFile(join(dir, 'both/SHA256SUMS'), 'utf8')).toBe(undisturbed.get('one'));
  expect(await verifyRelease(join(dir, 'both'))).toEqual([]);
});

test('damaged store entries are found and rebuilt, and the release is the same', async () => {
  const [steps] = await write('damaged-store', 'damaged', 'one');
  const blobs = join(dir, 'damaged-store/v1/blobs');
  const names = await readdir(blobs);
  for (const [index, name] of names.entries()) {
    const file = join(blobs, name);
    const bytes = await readFile(file);
    if (index % 3 === 0) bytes.writeUInt8((bytes.at(0) ?? 0) ^ 1, 0);
    await chmod(file, 0o644);
    if (index % 3 === 1) await rm(file);
    else await writeFile(file, index % 3 === 0 ? bytes : bytes.subarray(0, -1));
  }
  await rm(join(dir, 'damaged'), { recursive: true });
  const [ran] = await write('damaged-store', 'damaged', 'one');
  // What describes a release is made again with it.
  expect(ran).toBe(steps);
  expect(await readFile(join(dir, 'damaged/SHA256SUMS'), 'utf8')).toBe(undisturbed.get('one'));
});
