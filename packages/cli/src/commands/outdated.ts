import { dirname, resolve } from 'node:path';
import { type Outdated, outdated, type OutdatedSource } from '@distrokit/core/toolkit';
import { DEFAULT_APP } from '../app-for.ts';
import type { CommandContext } from '../context.ts';
import { ownCommand } from '../own-command.ts';
import { printJson } from '../print-json.ts';
import { renderProblems } from '../terminal/render-failure.ts';
import { renderTable } from '../terminal/table.ts';

/** `distrokit outdated [APP]`: pins that have something newer; 1 when there are, or when one could not be looked up. */
export async function run(context: CommandContext, [file = DEFAULT_APP]: readonly string[]): Promise<number> {
  const { io, signal, ownApp } = context;
  // The lock says it all: the app beside it is not even loaded.
  const appDir = ownApp?.dir ?? dirname(resolve(io.cwd, file));
  const result = await outdated({ appDir, signal });
  if (context.json) printJson(io.stdout, result);
  else printOutdated(context, result);
  return result.outdated.length + result.problems.length > 0 ? 1 : 0;
}

function printOutdated({ io, err, quiet }: CommandContext, { outdated: found, problems }: Outdated): void {
  io.stdout.write(
    renderTable(
      found.map((source) => [source.key, `${short(source.current)} → ${short(source.latest)}`, hintOf(source)]),
    ),
  );
  if (problems.length > 0) io.stderr.write(renderProblems(problems, err));
  if (quiet) return;
  if (found.some(({ move }) => move === 'update'))
    io.stderr.write(`  ${err.dim('next:')} ${ownCommand(io.env)} update NAME\n`);
  else if (found.length + problems.length === 0) io.stderr.write(`${err.green('✔')} everything is the newest\n`);
}

function hintOf({ move }: OutdatedSource): string {
  return move === 'update' ? 'update' : 'change the version in the app';
}

/** A sha256 is told apart by its beginning. */
function short(version: string): string {
  return /^[0-9a-f]{64}$/.test(version) ? `sha256:${version.slice(0, 12)}` : version;
}
