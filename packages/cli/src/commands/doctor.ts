import { resolve } from 'node:path';
import { defaultStoreDir, doctor, type Finding } from '@distrokit/core/toolkit';
import { stat } from 'node:fs/promises';
import { appFor, DEFAULT_APP } from '../app-for.ts';
import type { CommandContext } from '../context.ts';
import type { LoadedApp } from '../load-app.ts';
import { printJson } from '../print-json.ts';
import type { Style } from '../terminal/style.ts';

/** Options of `distrokit doctor`. */
export interface DoctorFlags {
  readonly store?: string;
}

/** `distrokit doctor [APP]`: what this machine lacks; 1 when that is something needed. */
export async function run(context: CommandContext, [file]: readonly string[], flags: DoctorFlags): Promise<number> {
  const { io } = context;
  const loaded = await tryApp(context, file);
  const findings = await doctor({
    app: loaded?.app,
    appDir: loaded?.dir ?? io.cwd,
    storeDir: resolve(io.cwd, flags.store ?? defaultStoreDir(io.env)),
    signal: context.signal,
  });
  const failed = findings.filter(isLacking).length > 0;
  if (context.json) printJson(io.stdout, { ok: !failed, findings });
  else io.stdout.write(findings.map((finding) => renderFinding(finding, context.out)).join(''));
  return failed ? 1 : 0;
}

/** Without an app named or in its usual place, the machine alone is looked at. */
async function tryApp(context: CommandContext, file: string | undefined): Promise<LoadedApp | undefined> {
  const isHere = await stat(resolve(context.io.cwd, DEFAULT_APP)).then(
    () => true,
    () => false,
  );
  return file === undefined && context.ownApp === undefined && !isHere ? undefined : appFor(context, file);
}

function isLacking({ status, needed }: Finding): boolean {
  return needed && status !== 'ok';
}

function renderFinding(finding: Finding, style: Style): string {
  const { name, found, purpose, commands, hint } = finding;
  const line = `${markOf(finding, style)} ${style.bold(name.padEnd(8))} ${found}\n`;
  if (finding.status === 'ok') return line;
  const why = `${purpose}, for ${commands.join(' and ')}`;
  return `${line}    ${finding.needed ? why : `${why}; not needed here`}\n${hint === undefined ? '' : `    ${style.dim('hint:')} ${hint}\n`}`;
}

function markOf(finding: Finding, style: Style): string {
  if (finding.status === 'ok') return style.green('✔');
  return isLacking(finding) ? style.red('✖') : style.yellow('○');
}
