import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCBuild } from '../../packages/core/src/build/run-c-build.ts';
import { ARCHES, type ArchName } from '../../packages/core/src/model/arch.ts';
import type { CBuildStep } from '../../packages/core/src/plan/document.ts';
import { makeModuleSet } from '../../packages/core/src/sources/go-modules.ts';
import { findGo } from '../../packages/core/src/sources/go-toolchain.ts';
import { findZig } from '../../packages/core/src/sources/zig-toolchain.ts';
import { openStore } from '../../packages/core/src/store/open-store.ts';
import type { BlobId, Store } from '../../packages/core/src/store/store.ts';
import { serveTestModules, type TestModules } from '../support/go-modules.ts';
import { testContext } from '../support/run-context.ts';
import { requireTools } from '../support/tools.ts';

const PROGRAM = `#include <stdio.h>
int main(void) { printf("%s %s\\n", VERSION, __FILE__); return 0; }
`;

describe.skipIf(requireTools('go', 'readelf'))('runCBuild', () => {
  let modules: TestModules;
  let store: Store;
  let dir: string;
  let stepFor: (arch: ArchName) => CBuildStep;

  beforeAll(async () => {
    modules = serveTestModules();
    modules.publish('example.com/c', 'v1.0.0', { 'linux/program.c': PROGRAM, 'c.go': 'package c\n' });
    dir = mkdtempSync(join(tmpdir(), 'c-build-'));
    store = await openStore(join(dir, 'store'));
    const go = await findGo();
    const zig = await findZig(process.cwd());
    const module = { module: 'example.com/c', version: 'v1.0.0' };
    const set = await makeModuleSet({ ...module, packages: [], with: {}, replaces: 'same', go, dir: join(dir, 'set') });
    stepFor = (arch) => ({
      kind: 'c-build',
      id: `c-build program ${arch}`,
      path: 'harbor/program',
      outputs: ['program'],
      go: go.version,
      arch,
      modules: { ...module, sum: set.sum, goMod: `${set.goMod.join('\n')}\n`, goSum: `${set.goSum.join('\n')}\n` },
      files: ['linux/program.c'],
      compiler: { zig: zig.version, target: `${ARCHES[arch].zig}-linux-musl`, cflags: ['-Os', '-DVERSION="1.0"'] },
      patches: [],
    });
  });
  afterAll(() => {
    modules.dispose();
    rmSync(dir, { recursive: true });
  });

  const build = async (step: CBuildStep, inputs: Readonly<Record<string, BlobId>> = {}): Promise<BlobId> => {
    const context = testContext({ store, inputs });
    try {
      return (await runCBuild(step, context))['program'] as BlobId;
    } finally {
      await context.dispose();
    }
  };

  test('compiles a static program that knows no path of this machine', async () => {
    const built = await build(stepFor('amd64'));
    const program = join(dir, 'program');
    copyFileSync(await store.pathOf(built), program);
    chmodSync(program, 0o755);
    expect(spawnSync(program, { encoding: 'utf8' }).stdout).toBe('1.0 linux/program.c\n');
    expect(execFileSync('readelf', ['-lW', program], { encoding: 'utf8' })).not.toContain('INTERP');
    expect(await build(stepFor('amd64'))).toEqual(built);
  });

  test.each([
    ['arm64', 'AArch64'],
    ['ppc64le', 'PowerPC64'],
    ['s390x', 'IBM S/390'],
  ] as const)('compiles for %s', async (arch, machine) => {
    const file = await store.pathOf(await build(stepFor(arch)));
    expect(execFileSync('readelf', ['-h', file], { encoding: 'utf8' })).toMatch(
      new RegExp(`Machine: +${machine}`, 'u'),
    );
  });

  test('compiles a patched copy', async () => {
    const patch = await store.put(
      '--- a/linux/program.c\n+++ b/linux/program.c\n@@ -1,2 +1,2 @@\n-#include <stdio.h>\n+#include <stdio.h> // patched\n' +
        ` ${PROGRAM.split('\n')[1]}\n`,
    );
    const step = { ...stepFor('amd64'), files: ['linux/program.c'], patches: [{ step: 'file p', output: 'file' }] };
    // Only a comment: the same bytes show that the directory of the copy is not in them either.
    expect(await build(step, { 'file p': patch })).toEqual(await build(stepFor('amd64')));
  });

  test('refuses a module that is not the locked one', async () => {
    const step = stepFor('amd64');
    const sum = step.modules.sum.replace(/.{20}=$/u, 'AAAAAAAAAAAAAAAAAAAA=');
    await expect(build({ ...step, modules: { ...step.modules, sum } })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  test('fails with what the compiler says', async () => {
    const step = { ...stepFor('amd64'), files: ['linux/none.c'] };
    await expect(build(step)).rejects.toMatchObject({ code: 'BUILD_FAILED', message: 'zig cc ended with 1' });
  });
});
