import { lockApp } from '@distrokit/core/toolkit';
import { appFor } from '../app-for.ts';
import type { CommandContext } from '../context.ts';
import { printLockResult } from '../print-lock-result.ts';
import { createProgress } from '../terminal/create-progress.ts';

/** `distrokit lock [APP]`: pins everything that comes from outside. */
export async function run(context: CommandContext, [file]: readonly string[]): Promise<number> {
  const { app, dir: appDir } = await appFor(context, file);
  using progress = createProgress(context);
  const result = await lockApp(app, { appDir, signal: context.signal, report: progress.report });
  progress.finish();
  printLockResult(context, result);
  return 0;
}
