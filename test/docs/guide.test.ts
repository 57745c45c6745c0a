import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runPage, shows } from './run-page.ts';

const guide = new URL('../../docs/guide/', import.meta.url);

test.each(readdirSync(guide))('docs/guide/%s does what it says', { timeout: 120_000 }, async (page) => {
  const commands = await runPage(readFileSync(new URL(page, guide), 'utf8'));

  expect(commands.length).toBeGreaterThan(0);
  for (const { command, line, shown, printed, exitCode } of commands) {
    expect(exitCode, `line ${line}: ${command}\n${printed}`).toBe(0);
    expect(shows(printed, shown), `line ${line}: ${command}\nprinted:\n${printed}\nthe page shows:\n${shown}`).toBe(
      true,
    );
  }
});
