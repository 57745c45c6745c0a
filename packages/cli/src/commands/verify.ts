import { resolve } from 'node:path';
import { type Release, readRelease, verify } from '@distrokit/core/toolkit';
import type { CommandContext } from '../context.ts';
import { printJson } from '../print-json.ts';
import { createProgress } from '../terminal/create-progress.ts';
import { renderProblems } from '../terminal/render-failure.ts';
import { formatBytes, formatCount } from '../terminal/units.ts';

/** `distrokit verify [RELEASE]`: every digest, package and reference; 1 when something is wrong. */
export async function run(context: CommandContext, [named = 'dist']: readonly string[]): Promise<number> {
  const { io, err, json, quiet, signal } = context;
  const dir = resolve(io.cwd, named);
  using progress = createProgress(context);
  const problems = await verify({ release: dir, signal, report: progress.report });
  progress.finish();
  if (json) printJson(io.stdout, { release: dir, ok: problems.length === 0, problems });
  else if (problems.length > 0) io.stderr.write(renderProblems(problems, err));
  else if (!quiet) io.stderr.write(`${err.green('✔')} ${err.bold(named)}  ${summaryOf(await readRelease(dir))}\n`);
  return problems.length > 0 ? 1 : 0;
}

function summaryOf({ distro, files, packages }: Release): string {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const counts = [formatCount(files.length, 'file'), formatCount(packages.length, 'package'), formatBytes(size)];
  return `${distro.name} ${distro.version} is whole: ${counts.join(' · ')}`;
}
