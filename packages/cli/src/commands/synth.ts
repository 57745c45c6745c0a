import { relative, resolve } from 'node:path';
import { defaultStoreDir, type Plan, synth, type SynthResult } from '@distrokit/core/toolkit';
import { appFor } from '../app-for.ts';
import { archesOf } from '../arches.ts';
import type { CommandContext } from '../context.ts';
import { ownCommand, shellWord } from '../own-command.ts';
import { printJson } from '../print-json.ts';
import { createProgress } from '../terminal/create-progress.ts';
import { formatCount, formatDuration } from '../terminal/units.ts';

/** Options of `distrokit synth`. */
export interface SynthFlags {
  readonly arch?: readonly string[];
  readonly distro?: string;
  readonly only?: readonly string[];
  readonly output: string;
  readonly store?: string;
  readonly jobs?: number;
}

/** `distrokit synth [APP]`: builds the release. */
export async function run(context: CommandContext, [file]: readonly string[], flags: SynthFlags): Promise<number> {
  const { io } = context;
  const arches = archesOf(flags.arch);
  const { app, dir: appDir } = await appFor(context, file);
  const output = resolve(io.cwd, flags.output);
  using progress = createProgress(context);
  const result = await synth(app, {
    appDir,
    output,
    storeDir: resolve(io.cwd, flags.store ?? defaultStoreDir(io.env)),
    distro: flags.distro,
    arches,
    only: flags.only,
    jobs: flags.jobs,
    env: io.env,
    sourceDateEpoch: io.env.SOURCE_DATE_EPOCH,
    signal: context.signal,
    report: progress.report,
    onPlan: (plan) => printTitle(context, plan),
  });
  progress.finish();
  if (context.json) printJson(io.stdout, summaryOf(result));
  else if (!context.quiet) printSummary(context, result);
  return 0;
}

function printTitle({ io, err, quiet }: CommandContext, { distro }: Plan): void {
  if (quiet) return;
  const arches = distro.arches.map((arch) => arch.name).join(' ');
  io.stderr.write(`${err.bold(`${distro.name} ${distro.version}`)} · kernel ${distro.kernel.version} · ${arches}\n`);
}

function summaryOf({ release, output, steps, cached, ms }: SynthResult): object {
  return {
    output,
    distro: release.distro.name,
    version: release.distro.version,
    steps,
    cached,
    packages: release.packages.length,
    images: release.images.length,
    addOns: release.addOns.length,
    installers: release.installers.length,
    ms: Math.round(ms),
  };
}

function printSummary({ io, err }: CommandContext, { release, output, ms }: SynthResult): void {
  const counts = [
    formatCount(release.packages.length, 'package'),
    formatCount(release.images.length, 'image'),
    formatCount(release.addOns.length, 'add-on'),
    formatCount(release.installers.length, 'installer'),
  ].filter((count) => !count.startsWith('0 '));
  const made = counts.length === 0 ? 'nothing to install' : counts.join(' · ');
  const dir = relative(io.cwd, output) || '.';
  io.stderr.write(`${err.green('✔')} ${err.bold(`${dir}/`)}  ${made}   ${formatDuration(ms)}\n`);
  io.stderr.write(
    `  ${err.dim('next:')} ${nextCommands(release.packages[0]?.file, dir, ownCommand(io.env)).join(' · ')}\n`,
  );
}

/** What to try next, ready to be pasted; a release in the default place needs no name. */
function nextCommands(file: string | undefined, dir: string, command: string): readonly string[] {
  const release = dir === 'dist' ? '' : ` ${shellWord(dir)}`;
  const explain = file === undefined ? [] : [`${command} explain ${shellWord(file)}${release}`];
  return [`${command} verify${release}`, `${command} list${release}`, ...explain];
}
