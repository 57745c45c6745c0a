import { resolve } from 'node:path';
import { isOciAddress, publish } from '@distrokit/core/toolkit';
import type { CommandContext } from '../context.ts';
import { printJson } from '../print-json.ts';
import { createProgress } from '../terminal/create-progress.ts';
import { formatCount } from '../terminal/units.ts';

/** Options of `distrokit publish`. */
export interface PublishFlags {
  readonly dryRun?: boolean;
}

/** `distrokit publish TO [RELEASE]`: makes a release available to others. */
export async function run(
  context: CommandContext,
  [place = '', named = 'dist']: readonly string[],
  { dryRun = false }: PublishFlags,
): Promise<number> {
  const { io, err, json, quiet, signal } = context;
  const isAddress = isOciAddress(place) || place.startsWith('s3://');
  using progress = createProgress(context);
  const { release, to, isPublished, added } = await publish({
    release: resolve(io.cwd, named),
    to: isAddress ? place : resolve(io.cwd, place),
    dryRun,
    env: io.env,
    signal,
    report: progress.report,
  });
  progress.finish();
  const { name, version } = release.distro;
  if (json) {
    printJson(io.stdout, { to, distro: name, version, dryRun, alreadyPublished: isPublished, added });
    return 0;
  }
  if (dryRun) io.stdout.write(added.map((path) => `${path}\n`).join(''));
  if (quiet) return 0;
  const what =
    isPublished && added.length === 0
      ? 'is there already'
      : `${formatCount(added.length, 'name')} ${dryRun ? 'would be written' : 'written'}`;
  io.stderr.write(`${err.green('✔')} ${err.bold(to)}  ${name} ${version}  ${what}\n`);
  return 0;
}
