import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs vitest with the reporter over one test file in a project of its own. */
async function runTests(source: string, env: NodeJS.ProcessEnv = {}): Promise<{ code: number; lastLine: string }> {
  // Inside the workspace, so that `vitest` is found.
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
  const dir = await mkdtemp(join(root, 'node_modules/.cache/reporter-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const reporter = join(dirname(fileURLToPath(import.meta.url)), 'count-reporter.ts');
  await writeFile(
    join(dir, 'vitest.config.mjs'),
    `import { CountReporter } from ${JSON.stringify(reporter)};\nexport default { test: { reporters: ['default', new CountReporter()] } };\n`,
  );
  await writeFile(join(dir, 'x.test.mjs'), `import { beforeAll, describe, expect, test } from 'vitest';\n${source}`);
  return new Promise((resolve) => {
    const options = { cwd: dir, env: { ...process.env, DISTROKIT_REQUIRE_TOOLS: '', ...env } };
    execFile(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run'], options, (error, stdout) => {
      resolve({ code: Number(error?.code ?? 0), lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' });
    });
  });
}

test('the last line counts passed and failed tests', async () => {
  const result = await runTests(`test('a', () => {}); test('b', () => {}); test('c', () => { expect(1).toBe(2); });`);

  expect(result).toEqual({ code: 1, lastLine: '2 passed, 1 failed' });
});

test('skipped tests are counted, and refused where nothing may be skipped', async () => {
  const source = `test('a', () => {}); test.skip('b', () => {});`;

  expect(await runTests(source)).toEqual({ code: 0, lastLine: '1 passed, 0 failed, 1 skipped' });
  expect(await runTests(source, { DISTROKIT_REQUIRE_TOOLS: '1' })).toEqual({
    code: 1,
    lastLine: '1 passed, 0 failed, 1 skipped',
  });
});

test('an error outside a test counts as failed', async () => {
  expect(await runTests(`test('a', () => {}); throw new Error('while loading');`)).toEqual({
    code: 1,
    lastLine: '0 passed, 1 failed',
  });
  const hook = `describe('s', () => { beforeAll(() => { throw new Error('hook'); }); test('a', () => {}); });`;
  expect((await runTests(hook)).lastLine).toBe('0 passed, 1 failed, 1 skipped');
});
