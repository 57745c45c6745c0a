import { relative, resolve } from 'node:path';
import { load } from '@distrokit/core/toolkit';
import type { CommandContext } from '../context.ts';
import { ownCommand, shellWord } from '../own-command.ts';
import { printJson } from '../print-json.ts';
import { createProgress } from '../terminal/create-progress.ts';
import { formatCount } from '../terminal/units.ts';

/** Options of `distrokit load`. */
export interface LoadFlags {
  readonly output: string;
  readonly old?: string;
  readonly registry?: string;
}

/** `distrokit load BUNDLE`: gives a release back from its bundle. */
export async function run(context: CommandContext, [named = '']: readonly string[], flags: LoadFlags): Promise<number> {
  const { io, err, json, quiet, signal } = context;
  const at = (path: string): string => resolve(io.cwd, path);
  const output = at(flags.output);
  const old = flags.old === undefined ? undefined : at(flags.old);
  using progress = createProgress(context);
  const report = progress.report;
  const { release, address } = await load({ bundle: at(named), output, old, registry: flags.registry, signal, report });
  progress.finish();
  const { distro, packages, images } = release;
  if (json) {
    printJson(io.stdout, {
      output,
      distro: distro.name,
      version: distro.version,
      ...(address === undefined ? {} : { address }),
    });
  } else if (!quiet) {
    const dir = relative(io.cwd, output) || '.';
    const counts = `${formatCount(packages.length, 'package')} · ${formatCount(images.length, 'image')}`;
    const pushed = address === undefined ? '' : `\n  ${err.dim('pushed:')} ${address}`;
    io.stderr.write(
      `${err.green('✔')} ${err.bold(`${dir}/`)}  ${distro.name} ${distro.version}  ${counts}${pushed}\n` +
        `  ${err.dim('next:')} ${ownCommand(io.env)} verify ${shellWord(dir)}\n`,
    );
  }
  return 0;
}
