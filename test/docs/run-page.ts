import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fencedBlocks } from './fenced-blocks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One command of a page. */
export interface PageCommand {
  readonly command: string;
  /** The line of its block in the page. */
  readonly line: number;
  /** What the page shows below it. */
  readonly shown: string;
  /** What it printed, both streams together, without colour. */
  readonly printed: string;
  readonly exitCode: number;
}

/**
 * Does what a reader of a guide does, in a directory of its own inside the workspace: runs the lines that start with
 * `$ ` of each `console` block, and saves each block that names a file (`ts distro.ts`) in the directory that the last
 * `cd` led to. The programs run from the sources, without a build.
 */
export async function runPage(markdown: string): Promise<readonly PageCommand[]> {
  await mkdir(join(root, '.distrokit'), { recursive: true });
  const workspace = await mkdtemp(join(root, '.distrokit/page-'));
  try {
    const env = await environmentIn(workspace);
    let cwd = workspace;
    const done: PageCommand[] = [];
    for (const block of fencedBlocks(markdown)) {
      const [language, file] = block.info.split(' ');
      if (language === 'ts' && file !== undefined) await writeFile(join(cwd, file), block.text);
      if (language !== 'console') continue;
      for (const { command, shown } of commandsOf(block.text)) {
        const directory = /^cd (\S+)$/.exec(command)?.[1];
        if (directory !== undefined) cwd = join(cwd, directory);
        else done.push({ command, shown, line: block.line, ...(await run(command, cwd, env)) });
      }
    }
    return done;
  } finally {
    await rm(workspace, { recursive: true });
  }
}

/** True when a text has what a page shows, line by line; `…` stands for anything. */
export function shows(printed: string, shown: string): boolean {
  const pattern = shown
    .trimEnd()
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('[^]*');
  return new RegExp(`^${pattern}$`).test(printed.trimEnd());
}

function commandsOf(text: string): readonly { readonly command: string; readonly shown: string }[] {
  const [, ...commands] = `\n${text}`.split('\n$ ');
  return commands.map((part) => {
    const [command = '', ...shown] = part.split('\n');
    return { command, shown: shown.join('\n') };
  });
}

/** `npx distrokit` is the command of this workspace; a reader's own store and settings stay out of it. */
async function environmentIn(workspace: string): Promise<NodeJS.ProcessEnv> {
  const bin = join(workspace, '.bin');
  await mkdir(bin);
  const distrokit = join(root, 'packages/cli/bin/distrokit.js');
  await writeFile(join(bin, 'npx'), `#!/bin/sh\nshift\nexec node ${distrokit} "$@"\n`, { mode: 0o755 });
  await symlink(process.execPath, join(bin, 'node'));
  return {
    PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
    HOME: workspace,
    NO_COLOR: '1',
    NODE_OPTIONS: '--conditions=source',
    DISTROKIT_STORE: join(workspace, '.store'),
  };
}

async function run(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ printed: string; exitCode: number }> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', `${command} 2>&1`], { cwd, env }, (error, stdout) => {
      resolve({ printed: stdout, exitCode: Number(error?.code ?? 0) });
    });
  });
}
