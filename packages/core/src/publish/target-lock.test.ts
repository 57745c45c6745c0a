import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { bytesSource, type Blob } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { currentOwner } from '../store/process-owner.ts';
import { directoryTarget } from './directory-target.ts';
import type { PublishTarget } from './publish-target.ts';
import { withTargetLock } from './target-lock.ts';

/** A process of this boot that was given our pid before us. */
function goneOwner(): string {
  return currentOwner().replace(/\d+$/u, '1');
}

async function newTarget(): Promise<PublishTarget> {
  const dir = await mkdtemp(join(tmpdir(), 'target-lock-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return directoryTarget(join(dir, 'site'));
}

function textBlob(text: string): Blob {
  return { ...bytesSource(text), sha256: sha256Of(text) };
}

test('lets one work at a time', async () => {
  const target = await newTarget();
  let working = 0;
  const ended: number[] = [];
  await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      withTargetLock(target, async ({ assertHeld }) => {
        working += 1;
        expect(working).toBe(1);
        await sleep(5);
        await assertHeld();
        expect(working).toBe(1);
        working -= 1;
        ended.push(index);
      }),
    ),
  );
  expect(new Set(ended)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  expect(await target.list('')).toEqual([]);
});

test('takes over from a process that is gone', async () => {
  const target = await newTarget();
  await target.write('.distrokit-lock/old', textBlob(`${goneOwner()} 4\n`));
  const waited: string[] = [];
  await withTargetLock(target, async () => {}, { onWait: (holder) => waited.push(holder) });
  expect(waited).toEqual([]);
});

test('takes over from another machine that gives no sign of life, and not from one that does', async () => {
  const target = await newTarget();
  let beats = 0;
  const sign = (): Promise<void> => target.write('.distrokit-lock/far', textBlob(`other-boot.1.2.3 ${++beats}\n`));
  await sign();
  const timer = setInterval(() => void sign(), 20);
  const waited: string[] = [];
  let isHeld = false;
  const work = withTargetLock(
    target,
    async () => {
      isHeld = true;
    },
    { silence: 300, onWait: (holder) => waited.push(holder) },
  );
  await sleep(600);
  expect(isHeld).toBe(false);
  clearInterval(timer);
  await work;
  expect(isHeld).toBe(true);
  expect(waited).toEqual(['far']);
});

test('says when the lock was taken away', async () => {
  const target = await newTarget();
  const work = withTargetLock(target, async ({ assertHeld }) => {
    for (const path of await target.list('')) await target.remove(path);
    await assertHeld();
  });
  await expect(work).rejects.toMatchObject({ code: 'PUBLISH_CONFLICT' });
});

test('stops waiting on a signal', async () => {
  const target = await newTarget();
  const abort = new AbortController();
  await withTargetLock(target, async () => {
    const waiting = withTargetLock(target, async () => {}, { signal: abort.signal, onWait: () => abort.abort() });
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
