import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Io, Output } from '../src/io.ts';
import { main } from '../src/main.ts';

/** Where the page is. */
export const CLI_REFERENCE_FILE: string = fileURLToPath(new URL('../../../docs/reference/cli.md', import.meta.url));

/** The page that shows the help of every command. */
export async function cliReference(): Promise<string> {
  const sections = await helpSections([]);
  return `# Command line

Data goes to stdout, everything else to stderr. Colour and progress appear on a terminal only. The exit code is 0 when a
command did what it was asked for, 1 when it failed or found differences, 2 when it was used wrongly, and 128 plus the
number of the signal when one stopped it.

\`node distro.ts synth\` does what \`distrokit synth distro.ts\` does, for every command.

${sections.join('\n')}
This page is made from the command's own help by \`npm run docs\`.
`;
}

/** The help of a command and of those below it. */
async function helpSections(command: readonly string[]): Promise<readonly string[]> {
  const help = await helpOf(command);
  const name = ['distrokit', ...command].join(' ');
  const sections = [`## ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`];
  for (const below of commandsIn(help)) sections.push(...(await helpSections([...command, below])));
  return sections;
}

/** The commands that a help lists. */
function commandsIn(help: string): readonly string[] {
  const [, list = ''] = help.split('\nCommands:\n');
  const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  return names.filter((name) => name !== 'help');
}

async function helpOf(command: readonly string[]): Promise<string> {
  let text = '';
  const output: Output = { write: (part) => void (text += part), isTerminal: false, columns: 110 };
  const io: Io = { stdout: output, stderr: output, env: {}, cwd: '/', nodeOptions: [], onStop: () => () => {} };
  await main([...command, '--help'], { io });
  return text;
}

if (import.meta.main) writeFileSync(CLI_REFERENCE_FILE, await cliReference());
