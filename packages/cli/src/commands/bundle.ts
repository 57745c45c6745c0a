import { relative, resolve } from 'node:path';
import { bundle } from '@distrokit/core/toolkit';
import type { CommandContext } from '../context.ts';
import { ownCommand, shellWord } from '../own-command.ts';
import { printJson } from '../print-json.ts';
import { createProgress } from '../terminal/create-progress.ts';
import { formatBytes, formatCount } from '../terminal/units.ts';

/** Options of `distrokit bundle`. */
export interface BundleFlags {
  readonly output?: string;
  readonly minus?: string;
}

/** `distrokit bundle [RELEASE]`: a release as one file for a site without a network. */
export async function run(
  context: CommandContext,
  [named = 'dist']: readonly string[],
  flags: BundleFlags,
): Promise<number> {
  const { io, err, json, quiet, signal } = context;
  const at = (path: string): string => resolve(io.cwd, path);
  const output = at(flags.output ?? `${named.replace(/\/+$/u, '')}.bundle.tar`);
  const minus = flags.minus === undefined ? undefined : at(flags.minus);
  using progress = createProgress(context);
  const made = await bundle({ release: at(named), output, minus, signal, report: progress.report });
  progress.finish();
  const { distro } = made.release;
  const file = relative(io.cwd, output);
  if (json) {
    const { size, blobs, left } = made;
    printJson(io.stdout, { output, distro: distro.name, version: distro.version, size, blobs, left });
  } else if (!quiet) {
    const left = made.left === 0 ? '' : ` · ${formatCount(made.left, 'blob')} left out`;
    io.stderr.write(
      `${err.green('✔')} ${err.bold(file)}  ${distro.name} ${distro.version}  ${formatBytes(made.size)} · ${formatCount(made.blobs, 'blob')}${left}\n` +
        `  ${err.dim('next:')} ${ownCommand(io.env)} load ${shellWord(file)}\n`,
    );
  }
  return 0;
}
