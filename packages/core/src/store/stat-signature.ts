import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';

/**
 * What tells that a file was not touched since its bytes were last verified: size, times and inode, as git's index
 * does it. The machine's boot is part of it: we do not wait for the disk when we write, so after a power loss a file
 * can have its old signature and lack its bytes. After a boot each file is therefore hashed once more.
 */
export function statSignature(stats: BigIntStats): string {
  return `${bootId()} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.ino}`;
}

/** {@link statSignature} of a file. */
export async function signatureOf(file: string): Promise<string> {
  return statSignature(await stat(file, { bigint: true }));
}

let boot: string | undefined;

/** A name for the time since the machine was started. */
export function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').replaceAll('-', '').slice(0, 16);
  return boot;
}
