import { expect, test } from 'vitest';
import { collect, memorySpool } from '../model/bytes.ts';
import type { Spool } from '../model/bytes.ts';
import { memoryFirstSpool } from './memory-first-spool.ts';

test('makes another spool only for what does not fit, and gives all bytes back in order, each time', async () => {
  const made: Spool[] = [];
  const spool = memoryFirstSpool(async () => {
    const next = await memorySpool();
    made.push(next);
    return next;
  }, 4);
  for (const text of ['ab', 'cd']) await spool.write(Buffer.from(text));
  expect(made).toHaveLength(0);
  for (const text of ['ef', 'g', '', 'h']) await spool.write(Buffer.from(text));
  expect(made.map(({ size }) => size)).toEqual([4]);
  expect(spool.size).toBe(8);
  for (let time = 0; time < 2; time += 1) {
    expect(Buffer.from(await collect(spool.read(), 100)).toString()).toBe('abcdefgh');
  }
});

test('a small chunk after one that did not fit goes behind it', async () => {
  const spool = memoryFirstSpool(memorySpool, 4);
  for (const text of ['abc', 'defg', 'h']) await spool.write(Buffer.from(text));
  expect(Buffer.from(await collect(spool.read(), 100)).toString()).toBe('abcdefgh');
});
