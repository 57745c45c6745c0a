import { resolve } from 'node:path';
import { isOciAddress, openRelease, type Release, readRelease, trustedKeys, verify } from '@distrokit/core/toolkit';
import type { CommandContext } from '../context.ts';
import { printJson } from '../print-json.ts';
import { createProgress } from '../terminal/create-progress.ts';
import { renderProblems } from '../terminal/render-failure.ts';
import { formatBytes, formatCount } from '../terminal/units.ts';

/** Options of `distrokit verify`. */
export interface VerifyFlags {
  readonly old?: string;
  readonly key?: readonly string[];
}

/** `distrokit verify [RELEASE]`: every digest, package, image, index and reference; 1 when something is wrong. */
export async function run(
  context: CommandContext,
  [named = 'dist']: readonly string[],
  flags: VerifyFlags,
): Promise<number> {
  const { io, err, json, quiet, signal } = context;
  const place = isOciAddress(named) ? named : resolve(io.cwd, named);
  const old = flags.old === undefined ? undefined : resolve(io.cwd, flags.old);
  await using opened = await openRelease(place, { old, signal });
  using progress = createProgress(context);
  const keys = await trustedKeys((flags.key ?? []).map((file) => resolve(io.cwd, file)));
  const problems = await verify({ release: opened.directory, keys, signal, report: progress.report });
  progress.finish();
  if (json) printJson(io.stdout, { release: place, ok: problems.length === 0, problems });
  else if (problems.length > 0) io.stderr.write(renderProblems(problems, err));
  else if (!quiet)
    io.stderr.write(`${err.green('✔')} ${err.bold(named)}  ${summaryOf(await readRelease(opened.directory))}\n`);
  return problems.length > 0 ? 1 : 0;
}

function summaryOf({ distro, files, packages, images }: Release): string {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const counts = [formatCount(files.length, 'file'), formatCount(packages.length, 'package')];
  if (images.length > 0) counts.push(formatCount(images.length, 'image'));
  return `${distro.name} ${distro.version} is whole: ${[...counts, formatBytes(size)].join(' · ')}`;
}
