import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLI_REFERENCE_FILE, cliReference } from '../../packages/cli/scripts/write-cli-reference.ts';

test('the page of the command line is its help; run `npm run docs` when it is not', async () => {
  const page = await cliReference();

  expect(page).toContain('\n## distrokit synth\n');
  expect(readFileSync(CLI_REFERENCE_FILE, 'utf8')).toBe(page);
});
