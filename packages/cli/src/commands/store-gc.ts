import { resolve } from 'node:path';
import { collectGarbage, defaultStoreDir } from '@distrokit/core/toolkit';
import type { CommandContext } from '../context.ts';
import { printJson } from '../print-json.ts';
import { formatBytes, formatCount } from '../terminal/units.ts';

/** Options of `distrokit store gc`. */
export interface StoreGcFlags {
  readonly store?: string;
  /** Days. */
  readonly olderThan: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** `distrokit store gc`: removes what was not used lately. */
export async function run(context: CommandContext, _args: readonly string[], flags: StoreGcFlags): Promise<number> {
  const { io, err } = context;
  const storeDir = resolve(io.cwd, flags.store ?? defaultStoreDir(io.env));
  const before = new Date(Date.now() - flags.olderThan * DAY_MS);
  const removed = await collectGarbage({ storeDir, before });
  if (context.json) printJson(io.stdout, { store: storeDir, ...removed });
  else if (!context.quiet) {
    io.stderr.write(
      `${err.green('✔')} removed ${formatCount(removed.blobs, 'blob')}, ${formatBytes(removed.bytes)}, from ${storeDir}\n`,
    );
  }
  return 0;
}
