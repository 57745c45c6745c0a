import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileTree } from './file-tree.ts';

/** What a directory was seen to hold, as the names of known trees: `absent`, or `unknown` with what was there. */
export type Sighting = string;

/** Looks at a directory over and over while something runs, and says what was seen, each thing once. */
export async function watchDirectory(
  dir: string,
  known: Readonly<Record<string, Readonly<Record<string, string>>>>,
  during: Promise<unknown>,
): Promise<ReadonlySet<Sighting>> {
  const seen = new Set<Sighting>();
  const run = { isOver: false };
  const ended = during.finally(() => (run.isOver = true));
  while (!run.isOver) {
    const sighting = await look(dir, known);
    if (sighting !== undefined) seen.add(sighting);
    await Promise.race([sleep(20), ended.catch(() => {})]);
  }
  await ended;
  return seen;
}

/** What the directory holds; undefined when it was replaced while we looked. */
export async function look(
  dir: string,
  known: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<Sighting | undefined> {
  const before = await inodeOf(dir);
  if (before === undefined) return 'absent';
  const tree = await fileTree(dir).catch(() => undefined);
  if ((await inodeOf(dir)) !== before) return undefined;
  const text = JSON.stringify(tree);
  return Object.entries(known).find(([, files]) => JSON.stringify(files) === text)?.[0] ?? `unknown: ${text}`;
}

async function inodeOf(dir: string): Promise<bigint | undefined> {
  return (await stat(dir, { bigint: true }).catch(() => undefined))?.ino;
}
