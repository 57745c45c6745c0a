import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, stat, utimes, writeFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ifExists, withFsErrors } from './fs-error.ts';
import { makeDirectory } from './make-directory.ts';
import { currentOwner, ownerState } from './process-owner.ts';
import { removeTree } from './remove-tree.ts';

/** One use of the store by one process: the owner of temporary files and locks. */
export interface Session {
  /** Names the session; starts with the name of its process. */
  readonly owner: string;
  /** The directory of all sessions. */
  readonly root: string;
  /** A name that no file has, on the store's file system. */
  newPath(): string;
  /** Writes a small file whole or not at all. */
  replaceFile(file: string, content: string): Promise<void>;
}

const HEARTBEAT_MS = 30_000;
const SILENT_MS = 10 * HEARTBEAT_MS;

const open = new Set<string>();
let heartbeat: NodeJS.Timeout | undefined;

/** Starts a session below `root` and removes what dead ones left there. */
export async function openSession(root: string): Promise<Session> {
  const owner = `${currentOwner()}.${randomUUID().slice(0, 8)}`;
  const dir = join(root, owner);
  await withFsErrors(root, () => makeDirectory(dir, 0o700));
  keepAlive(dir);
  await sweepSessions(root);
  let count = 0;
  const newPath = (): string => join(dir, String(++count));
  return {
    owner,
    root,
    newPath,
    replaceFile: (file, content) =>
      withFsErrors(file, async () => {
        const temporary = newPath();
        await writeFile(temporary, content);
        await rename(temporary, file);
      }),
  };
}

/** Removes the directories of sessions whose process is gone. */
export async function sweepSessions(root: string): Promise<void> {
  for (const owner of await readdir(root)) {
    if (!(await isAlive(root, owner))) await removeTree(join(root, owner));
  }
}

/** Whether the process of a session still runs. One that cannot be seen from here is believed while it gives signs. */
export async function isAlive(root: string, owner: string): Promise<boolean> {
  const state = ownerState(owner);
  if (state !== 'unknown') return state === 'alive';
  const stats = await ifExists(stat(join(root, owner)));
  return stats !== undefined && Date.now() - stats.mtimeMs < SILENT_MS;
}

/** When the oldest session of another process began; undefined when there is none. */
export async function oldestOther(session: Session): Promise<number | undefined> {
  const process = processOf(session.owner);
  const others = (await readdir(session.root)).filter((owner) => processOf(owner) !== process);
  const born = await Promise.all(others.map((owner) => ifExists(stat(join(session.root, owner)))));
  return born.reduce<number | undefined>((oldest, stats) => {
    if (stats === undefined) return oldest;
    return Math.min(oldest ?? Infinity, stats.birthtimeMs);
  }, undefined);
}

function processOf(owner: string): string {
  return owner.slice(0, owner.lastIndexOf('.'));
}

/** One timer and one exit handler for all sessions of the process. */
function keepAlive(dir: string): void {
  open.add(dir);
  if (heartbeat !== undefined) return;
  heartbeat = setInterval(() => {
    const now = new Date();
    for (const each of open) utimes(each, now, now).catch(() => open.delete(each));
  }, HEARTBEAT_MS).unref();
  process.once('exit', () => {
    for (const each of open) {
      try {
        rmSync(each, { recursive: true, force: true });
      } catch {
        // The next session sweeps what cannot be removed here.
      }
    }
  });
}
