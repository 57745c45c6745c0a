import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import type { CommandContext } from '../context.ts';
import { distroProject } from '../init/distro-project.ts';
import { ownCommand, shellWord } from '../own-command.ts';
import { ownVersion } from '../own-version.ts';
import { CommandError, usageError } from '../problems.ts';

/** `distrokit init distro DIR`: a project that passes its own tests. */
export async function run({ io, err, quiet }: CommandContext, [target = '']: readonly string[]): Promise<number> {
  const dir = resolve(io.cwd, target);
  const name = checkName(basename(dir));
  await makeEmptyDir(dir, target);
  for (const [file, text] of Object.entries(distroProject({ name, distrokit: ownVersion() }))) {
    await writeFile(join(dir, file), text, { flag: 'wx' });
  }
  if (quiet) return 0;
  const enter = dir === io.cwd ? '' : `cd ${shellWord(relative(io.cwd, dir))} && `;
  io.stderr.write(`${err.green('✔')} ${err.bold(name)} is in ${target}\n`);
  io.stderr.write(
    `  ${err.dim('next:')} ${enter}npm install && npm test · ${ownCommand({ npm_lifecycle_event: 'npx' })} lock\n`,
  );
  return 0;
}

/** The rules of a distribution's name, which are narrower than those of a directory and of an npm package. */
function checkName(name: string): string {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 63) return name;
  throw new CommandError([
    {
      code: 'NAME_INVALID',
      message: `${JSON.stringify(name)} cannot be the name of a distribution: it must be lower-case letters, digits and single dashes, starting with a letter, at most 63`,
      hint: 'choose another directory, its last part becomes the name',
    },
  ]);
}

async function makeEmptyDir(dir: string, named: string): Promise<void> {
  const entries = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') throw usageError(`${named} is a file`, 'name a new or empty directory');
    throw error;
  });
  if (entries.length > 0) throw usageError(`the directory ${named} is not empty`, 'name a new or empty directory');
  await mkdir(dir, { recursive: true });
}
