import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '@distrokit/core';

/**
 * The problem of an import that names what its module does not export. Node finds that before any line runs, so that
 * no stack leads to the user's file: the name is looked for there instead. Undefined for any other error.
 */
export async function missingExportProblem(
  error: unknown,
  { files, cwd }: { readonly files: readonly string[]; readonly cwd: string },
): Promise<Problem | undefined> {
  if (!(error instanceof SyntaxError)) return undefined;
  const match = /^The requested module '(.+)' does not provide an export named '(.+)'$/.exec(error.message);
  if (match === null) return undefined;
  const [, address = '', name = ''] = match;
  const where = await placeOf(name, files, cwd);
  const module = address.startsWith('file:') ? relative(cwd, fileURLToPath(address)) : address;
  return {
    code: 'APP_SYNTAX',
    message: `${where === undefined ? '' : `${where}: `}${module} has no export named ${name}`,
    hint: 'check the name, and the version of the package that is installed',
  };
}

async function placeOf(name: string, files: readonly string[], cwd: string): Promise<string | undefined> {
  // Of what an identifier can hold, only the dollar sign means something else in a pattern.
  const pattern = new RegExp(String.raw`(?<![\w$])${name.replaceAll('$', String.raw`\$`)}(?![\w$])`);
  for (const file of files) {
    const lines = (await readFile(file, 'utf8')).split('\n');
    for (const [index, line] of lines.entries()) {
      const column = line.search(pattern);
      if (column >= 0) return `${relative(cwd, file)}:${index + 1}:${column + 1}`;
    }
  }
  return undefined;
}
