import { chmod, open, readFile, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isSha256, type Sha256 } from '../model/digest.ts';
import { hashHandle } from './file-bytes.ts';
import { ifExists, withFsErrors } from './fs-error.ts';
import type { Session } from './session.ts';
import { signatureOf, statSignature } from './stat-signature.ts';
import type { BlobId } from './store.ts';

/** The blob files of a store: `blobs/<sha256>`, and beside each its last verified signature in `verified/<sha256>`. */
export interface Blobs {
  /** The file of a blob after it was verified; undefined when it is missing or was damaged, and then it is gone. */
  tryFind(id: BlobId): Promise<string | undefined>;
  /** Takes over a temporary file whose digest is known. */
  adopt(file: string, id: BlobId): Promise<void>;
}

/** The two directories of {@link Blobs}. */
export interface BlobDirs {
  readonly blobs: string;
  /** The time of a file here is when its blob was last used: setting the blob's own would change its signature. */
  readonly verified: string;
}

/** Opens the blobs of a store. */
export function openBlobs(dirs: BlobDirs, session: Session): Blobs {
  const known = new Map<Sha256, string>();
  const verifying = new Map<Sha256, Promise<boolean>>();

  async function remember(sha256: Sha256, signature: string): Promise<void> {
    known.set(sha256, signature);
    await session.replaceFile(join(dirs.verified, sha256), signature);
  }

  /** Whether another run, or this one, verified these very bytes before. */
  async function isKnown(sha256: Sha256, signature: string): Promise<boolean> {
    if (known.get(sha256) === signature) return true;
    const record = join(dirs.verified, sha256);
    if ((await ifExists(readFile(record, 'latin1'))) !== signature) return false;
    known.set(sha256, signature);
    const now = new Date();
    await ifExists(utimes(record, now, now));
    return true;
  }

  async function verify(sha256: Sha256): Promise<boolean> {
    const file = join(dirs.blobs, sha256);
    const handle = await ifExists(open(file, 'r'));
    if (handle === undefined) return false;
    try {
      const before = statSignature(await handle.stat({ bigint: true }));
      if ((await hashHandle(handle)) === sha256) {
        await remember(sha256, before);
        return true;
      }
      // Another process may have put good bytes there meanwhile: only what was read is removed.
      if ((await ifExists(signatureOf(file))) === before) await ifExists(unlink(file));
      return false;
    } finally {
      await handle.close();
    }
  }

  function verifyOnce(sha256: Sha256): Promise<boolean> {
    const running = verifying.get(sha256);
    if (running !== undefined) return running;
    const started = verify(sha256).finally(() => verifying.delete(sha256));
    verifying.set(sha256, started);
    return started;
  }

  async function tryFind({ sha256, size }: BlobId): Promise<string | undefined> {
    if (!isSha256(sha256)) return undefined;
    const file = join(dirs.blobs, sha256);
    return withFsErrors(file, async () => {
      const stats = await ifExists(stat(file, { bigint: true }));
      if (stats === undefined) return undefined;
      const isGood = (await isKnown(sha256, statSignature(stats))) || (await verifyOnce(sha256));
      return isGood && stats.size === BigInt(size) ? file : undefined;
    });
  }

  async function adopt(temporary: string, id: BlobId): Promise<void> {
    const file = join(dirs.blobs, id.sha256);
    await withFsErrors(file, async () => {
      if ((await tryFind(id)) !== undefined) return rm(temporary, { force: true });
      await chmod(temporary, 0o444);
      await rename(temporary, file);
      await remember(id.sha256, await signatureOf(file));
    });
  }

  return { tryFind, adopt };
}
