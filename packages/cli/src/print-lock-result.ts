import { relative } from 'node:path';
import type { LockChange, LockResult } from '@distrokit/core/toolkit';
import type { CommandContext } from './context.ts';
import { printJson } from './print-json.ts';
import type { Style } from './terminal/style.ts';
import { renderTable } from './terminal/table.ts';
import { formatCount } from './terminal/units.ts';

/** Prints what `lock` or `update` changed: the changes on stdout, the sum of them on stderr. */
export function printLockResult({ io, json, quiet, out, err }: CommandContext, result: LockResult): void {
  const { file, sources, changes } = result;
  if (json) return printJson(io.stdout, { file, sources, changes });
  io.stdout.write(renderTable(changes.map((change) => changeRow(change, out))));
  if (quiet) return;
  const sum = changes.length === 0 ? 'nothing changed' : formatCount(changes.length, 'change');
  io.stderr.write(`${err.green('✔')} ${err.bold(relative(io.cwd, file))}  ${formatCount(sources, 'source')}, ${sum}\n`);
}

function changeRow({ key, kind, from, to }: LockChange, style: Style): readonly string[] {
  switch (kind) {
    case 'added':
      return [`${style.green('+')} ${key}`, to ?? ''];
    case 'removed':
      return [`${style.red('-')} ${key}`, from ?? ''];
    case 'changed':
      return [`${style.yellow('~')} ${key}`, `${from ?? ''} → ${to ?? ''}`];
  }
}
