import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { main } from '../../packages/cli/src/main.ts';
import { fakeIo } from '../support/fake-io.ts';

const page = readFileSync(new URL('../../docs/reference/cli.md', import.meta.url), 'utf8');

async function helpOf(...command: readonly string[]): Promise<string> {
  const io = fakeIo();
  await main([...command, '--help'], { io });
  return io.out;
}

/** The commands that a help text lists, without `help` itself. */
function commandsIn(help: string): readonly string[] {
  const [, list = ''] = help.split('\nCommands:\n');
  return [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

async function allCommands(): Promise<readonly (readonly string[])[]> {
  const names = commandsIn(await helpOf());
  const commands = await Promise.all(
    names.map(async (name) => {
      const below = commandsIn(await helpOf(name));
      return below.length === 0 ? [[name]] : below.map((child) => [name, child]);
    }),
  );
  return commands.flat();
}

test('docs/reference/cli.md has every command', async () => {
  const commands = await allCommands();
  expect(commands).toContainEqual(['store', 'gc']);
  for (const command of commands) expect(page).toMatch(new RegExp(`^\\| \`${command.join(' ')}[ \`]`, 'm'));
});

test('docs/reference/cli.md has every option, and no other', async () => {
  const helps = await Promise.all([[], ...(await allCommands())].map((command) => helpOf(...command)));
  const options = helps.flatMap((help) =>
    [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name = '']) => name),
  );
  const documented = [...page.matchAll(/^\| (?:`-\w`, )?`(--[a-z-]+)/gm)].map(([, name = '']) => name);
  expect(documented.toSorted()).toEqual([...new Set(options)].toSorted());
});
