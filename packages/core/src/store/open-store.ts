import { constants, copyFile, lstat, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import type { Blob } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { openActions } from './actions.ts';
import { createBlobWriter } from './blob-writer.ts';
import { openBlobs, type Blobs } from './blobs.ts';
import { collectGarbage } from './collect.ts';
import { hashFile, readChunks } from './file-bytes.ts';
import { fsCode, ifExists, withFsErrors } from './fs-error.ts';
import { withLock } from './locks.ts';
import { makeDirectory } from './make-directory.ts';
import { removeTree } from './remove-tree.ts';
import { openSession, type Session } from './session.ts';
import type { ActionResult, BlobId, Store } from './store.ts';
import { makeStoreDirs, storeDirs } from './store-dirs.ts';

/**
 * Opens the store in a directory of this machine, which is made when it does not exist.
 *
 * @throws PERMISSION_DENIED, DISK_FULL
 */
export async function openStore(directory: string): Promise<Store> {
  const dir = resolve(directory);
  const dirs = storeDirs(dir);
  await makeStoreDirs(dirs);
  const session = await openSession(dirs.tmp);
  const blobs = openBlobs(dirs, session);
  const actions = openActions(dirs, session);

  async function pathOf(id: BlobId): Promise<string> {
    const file = await blobs.tryFind(id);
    if (file !== undefined) return file;
    const hint = 'run the same command again: what is missing is built again';
    throw new DistroError('STORE_CORRUPT', `the store has lost or damaged the blob ${id.sha256}`, { hint });
  }

  async function tryFindBlob(id: BlobId): Promise<Blob | undefined> {
    const file = await blobs.tryFind(id);
    return file === undefined ? undefined : blobOf(id, file);
  }

  const writer: Store['writer'] = () => createBlobWriter(session.newPath(), blobs);

  return {
    dir,
    logsDir: dirs.logs,
    writer,

    async put(content) {
      const out = await writer();
      try {
        if (typeof content === 'string') await out.write(Buffer.from(content));
        else if (content instanceof Uint8Array) await out.write(content);
        else for await (const chunk of content) await out.write(chunk);
        return await out.commit();
      } finally {
        await out.abort();
      }
    },

    putFile: (file, options = {}) => putFile(file, options, session, blobs),
    tryFindBlob,
    findBlob: async (id) => blobOf(id, await pathOf(id)),
    pathOf,

    async tryFindAction(key) {
      const result = await actions.tryFind(key);
      return result !== undefined && (await hasOutputs(result, blobs)) ? result : undefined;
    },
    tryFindLastAction: (stepId) => actions.tryFindLast(stepId),
    saveAction: (record) => actions.save(record),

    tryFindNote: (name) => ifExists(readFile(join(dirs.notes, sha256Of(name)), 'utf8')),
    saveNote: (name, text) => session.replaceFile(join(dirs.notes, sha256Of(name)), text),

    async cacheDir(name) {
      const path = join(dirs.caches, name);
      await withFsErrors(path, () => makeDirectory(path));
      return path;
    },

    async tempDir() {
      const path = session.newPath();
      await withFsErrors(path, () => mkdir(path, { mode: 0o700 }));
      return { path, dispose: () => removeTree(path) };
    },

    exclusive: (key, work, signal) => withLock(dirs.locks, key, session, work, signal),
    collect: ({ before }) => withFsErrors(dir, () => collectGarbage(dirs, session, before)),
  };
}

function blobOf({ sha256, size }: BlobId, file: string): Blob {
  return { sha256, size, read: (options) => readChunks(file, options) };
}

async function hasOutputs(result: ActionResult, blobs: Blobs): Promise<boolean> {
  const files = await Promise.all(Object.values(result.outputs).map((id) => blobs.tryFind(id)));
  return files.every((file) => file !== undefined);
}

async function putFile(
  file: string,
  options: { readonly move?: boolean; readonly expect?: BlobId },
  session: Session,
  blobs: Blobs,
): Promise<BlobId> {
  const temporary = session.newPath();
  try {
    await withFsErrors(file, () => (options.move === true ? move(file, temporary) : clone(file, temporary)));
    const stats = await lstat(temporary);
    if (!stats.isFile()) throw new DistroError('PATH_INVALID', `${file} is not a regular file`);
    const id = { sha256: await hashFile(temporary), size: stats.size };
    expectSame(file, id, options.expect);
    await blobs.adopt(temporary, id);
    return id;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Shares the blocks of the file where the file system can. */
function clone(file: string, to: string): Promise<void> {
  return copyFile(file, to, constants.COPYFILE_FICLONE);
}

async function move(file: string, to: string): Promise<void> {
  try {
    await rename(file, to);
  } catch (error) {
    if (fsCode(error) !== 'EXDEV') throw error;
    await clone(file, to);
    await rm(file, { force: true });
  }
}

function expectSame(file: string, actual: BlobId, expected: BlobId | undefined): void {
  if (expected === undefined || (expected.sha256 === actual.sha256 && expected.size === actual.size)) return;
  const found = `${actual.sha256} (${actual.size} bytes)`;
  throw new DistroError(
    'DIGEST_MISMATCH',
    `${file} has sha256 ${found}, not ${expected.sha256} (${expected.size} bytes)`,
  );
}
