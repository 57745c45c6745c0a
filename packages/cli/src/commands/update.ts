import { updateApp } from '@distrokit/core/toolkit';
import { appFor } from '../app-for.ts';
import type { CommandContext } from '../context.ts';
import { printLockResult } from '../print-lock-result.ts';
import { createProgress } from '../terminal/create-progress.ts';

/** Options of `distrokit update`. */
export interface UpdateFlags {
  readonly app?: string;
}

/** `distrokit update [NAME…]`: moves pins to what is there now. */
export async function run(context: CommandContext, names: readonly string[], flags: UpdateFlags): Promise<number> {
  const { app, dir: appDir } = await appFor(context, flags.app);
  using progress = createProgress(context);
  const result = await updateApp(app, { appDir, names, signal: context.signal, report: progress.report });
  progress.finish();
  printLockResult(context, result);
  return 0;
}
