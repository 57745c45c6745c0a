import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runGoBuild } from '../../packages/core/src/build/run-go-build.ts';
import type { GoBuildStep } from '../../packages/core/src/plan/document.ts';
import { makeModuleSet } from '../../packages/core/src/sources/go-modules.ts';
import { findGo } from '../../packages/core/src/sources/go-toolchain.ts';
import { findZig } from '../../packages/core/src/sources/zig-toolchain.ts';
import { openStore } from '../../packages/core/src/store/open-store.ts';
import type { BlobId, Store } from '../../packages/core/src/store/store.ts';
import { serveTestModules, type TestModules } from '../support/go-modules.ts';
import { testContext, type TestContextOptions } from '../support/run-context.ts';
import { requireTools } from '../support/tools.ts';

const MODULE = 'example.com/agent';

/** Says what was built, and what a library with a patch release of its own says. */
const AGENT = `package main

import (
	"fmt"

	"example.com/greeting"
)

var version = "unset"

func main() {
	fmt.Println(version, greeting.Text())
}
`;

const C_TOOL = `package main

// #include <stdio.h>
// static void say(void) { puts("from C"); fflush(stdout); }
import "C"

func main() { C.say() }
`;

/** A program that no cache has and that takes seconds to compile, so that its build can be stopped in the middle. */
function slowProgram(): string {
  const numbers = Array.from({ length: 20_000 }, (_, index) => index);
  const functions = numbers.map(
    (n) => `func f${n}(a, b int) int { if a > b { return a*${n} - b }; return b%(${n}+a) }`,
  );
  return `package main\n\n// ${randomUUID()}\n${functions.join('\n')}\n\nfunc main() { println(f0(1, 2)) }\n`;
}

describe.skipIf(requireTools('go'))('runGoBuild', () => {
  let modules: TestModules;
  let store: Store;
  let dir: string;
  let step: GoBuildStep;

  beforeAll(async () => {
    modules = serveTestModules();
    modules.publish('example.com/greeting', 'v1.0.0', {
      'g.go': 'package greeting\n\nfunc Text() string { return "hello" }\n',
    });
    modules.publish('example.com/greeting', 'v1.1.0', {
      'g.go': 'package greeting\n\nfunc Text() string { return "newer" }\n',
    });
    modules.publish(
      MODULE,
      'v1.2.3',
      {
        'cmd/agent/main.go': AGENT,
        'cmd/ctool/main.go': C_TOOL,
        'other/agent/main.go': 'package main\n\nfunc main() { println("the other") }\n',
        'broken/main.go': 'package main\n\nfunc main() { undefined() }\n',
        'slow/main.go': slowProgram(),
      },
      ['go 1.24', 'require example.com/greeting v1.0.0'],
    );
    dir = mkdtempSync(join(tmpdir(), 'go-build-'));
    store = await openStore(join(dir, 'store'));
    const go = await findGo();
    const set = await makeModuleSet({
      module: MODULE,
      version: 'v1.2.3',
      packages: ['cmd/agent', 'cmd/ctool', 'other/agent', 'broken', 'slow'].map((path) => `${MODULE}/${path}`),
      with: {},
      replaces: 'same',
      go,
      dir: join(dir, 'set'),
    });
    const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
    step = {
      kind: 'go-build',
      id: 'go-build agent',
      path: 'harbor/agent',
      outputs: ['agent'],
      go: go.version,
      arch: 'amd64',
      modules: { module: MODULE, version: 'v1.2.3', sum: set.sum, goMod: text(set.goMod), goSum: text(set.goSum) },
      commands: { agent: `${MODULE}/cmd/agent` },
      tags: [],
      variables: { 'main.version': 'v1.2.3 of harbor' },
      patches: [],
    };
  });

  afterAll(() => {
    modules.dispose();
    rmSync(dir, { recursive: true });
  });

  const contexts: { dispose(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.dispose();
  });

  const build = (
    changes: Partial<GoBuildStep> = {},
    options: Partial<TestContextOptions> = {},
  ): ReturnType<typeof runGoBuild> => {
    const context = testContext({ store, ...options });
    contexts.push(context);
    return runGoBuild({ ...step, ...changes }, context);
  };
  const run = async (id: BlobId | undefined): Promise<string> => {
    const program = join(dir, 'program');
    copyFileSync(await store.pathOf(id as BlobId), program);
    chmodSync(program, 0o755);
    return execFileSync(program, { encoding: 'utf8' });
  };

  test('builds with the pinned modules and sets variables', async () => {
    const { agent } = await build();
    expect(await run(agent)).toBe('v1.2.3 of harbor hello\n');
  });

  test('builds commands whose directories have one name', async () => {
    const commands = { first: `${MODULE}/cmd/agent`, second: `${MODULE}/other/agent`, again: `${MODULE}/cmd/agent` };
    const { first, second, again } = await build({ commands });
    expect(await run(first)).toContain('hello');
    expect(second).not.toEqual(first);
    expect(again).toEqual(first);
  });

  test.each(['arm64', 'ppc64le', 's390x'] as const)('builds for %s', async (arch) => {
    const { agent } = await build({ arch });
    const go = execFileSync('go', ['version', '-m', await store.pathOf(agent as BlobId)], { encoding: 'utf8' });
    expect(go).toContain(`GOARCH=${arch}`);
  });

  test('makes the same bytes whatever the user has set', async () => {
    const { agent } = await build();
    const before = { ...process.env };
    const home = join(dir, 'home');
    mkdirSync(home);
    const other = { HOME: home, GOCACHE: join(home, 'cache'), TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8' };
    const harmful = {
      GOFLAGS: '-ldflags=-X=main.version=wrong',
      GOAMD64: 'v3',
      GOEXPERIMENT: 'boringcrypto',
      GOOS: 'plan9',
    };
    Object.assign(process.env, other, harmful, { CGO_ENABLED: '1', GOWORK: '/nowhere', GODEBUG: 'netdns=go' });
    const cwd = process.cwd();
    try {
      expect((await build()).agent).toEqual(agent);
    } finally {
      expect(process.cwd()).toBe(cwd);
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  test('builds from a patched copy and leaves the module cache alone', async () => {
    const patch = await store.put(
      [
        '--- a/cmd/agent/main.go',
        '+++ b/cmd/agent/main.go',
        '@@ -9,5 +9,5 @@',
        ' var version = "unset"',
        ' ',
        ' func main() {',
        '-\tfmt.Println(version, greeting.Text())',
        '+\tfmt.Println(version, greeting.Text(), "patched")',
        ' }',
        '',
      ].join('\n'),
    );
    const changes = { patches: [{ step: 'file patches/a.patch', output: 'file' }] };
    const inputs = { 'file patches/a.patch': patch };
    const first = await build(changes, { inputs });
    expect(await run(first.agent)).toBe('v1.2.3 of harbor hello patched\n');
    expect(await build(changes, { inputs })).toEqual(first);
    expect(await run((await build()).agent)).toBe('v1.2.3 of harbor hello\n');
  });

  test('names the patch that does not apply', async () => {
    const patch = await store.put('--- a/cmd/agent/main.go\n+++ b/cmd/agent/main.go\n@@ -1 +1 @@\n-nothing\n+else\n');
    const patches = [{ step: 'file patches/b.patch', output: 'file' }];
    await expect(build({ patches }, { inputs: { 'file patches/b.patch': patch } })).rejects.toMatchObject({
      code: 'PATCH_FAILED',
      message: 'patches/b.patch does not apply to cmd/agent/main.go: hunk 1 of 1 does not match',
    });
  });

  test('refuses another Go than the pinned one', async () => {
    await expect(build({ go: '1.99.0' })).rejects.toMatchObject({
      code: 'TOOL_VERSION',
      message: `the lock pins Go 1.99.0, this machine has Go ${step.go}`,
    });
  });

  test('refuses a module whose checksum is not the locked one', async () => {
    const goSum = step.modules.goSum.replaceAll(/h1:[^=]{20}/gu, 'h1:AAAAAAAAAAAAAAAAAAAA');
    const lines: string[] = [];
    const failed = build({ modules: { ...step.modules, goSum } }, { onLine: (line) => lines.push(line) });
    await expect(failed).rejects.toMatchObject({ code: 'BUILD_FAILED' });
    expect(lines.join('\n')).toContain('checksum mismatch');
  });

  test('gives the compiler’s output line by line', async () => {
    const lines: string[] = [];
    const failed = build({ commands: { broken: `${MODULE}/broken` } }, { onLine: (line) => lines.push(line) });
    await expect(failed).rejects.toMatchObject({ code: 'BUILD_FAILED', message: 'go build ended with 1' });
    expect(lines).toContainEqual(expect.stringContaining('undefined: undefined'));
  });

  test('leaves no process behind when it is stopped', async () => {
    const abort = new AbortController();
    const context = testContext({ store, signal: abort.signal });
    contexts.push(context);
    const ended = runGoBuild({ ...step, commands: { slow: `${MODULE}/slow` } }, context).then(
      () => new Error('the build ended before it was stopped'),
      (error: unknown) => error,
    );
    // The go command and a compiler.
    while (processesIn(context.directories[0]).length < 2) {
      const early = await Promise.race([ended, sleep(5)]);
      if (early !== undefined) throw early as Error;
    }
    abort.abort();
    expect(await ended).toMatchObject({ code: 'CANCELLED' });
    expect(processesIn(context.directories[0])).toEqual([]);
  });

  describe.skipIf(requireTools('go', 'readelf'))('with cgo', () => {
    test('makes a static binary of other directories with the same bytes', async () => {
      const { version } = await findZig(process.cwd());
      const cgo = { zig: version, target: 'x86_64-linux-musl', cflags: [], sysroot: [], ldflags: [] };
      const changes = { cgo, commands: { ctool: `${MODULE}/cmd/ctool` } };
      const { ctool } = await build(changes);
      expect(await run(ctool)).toBe('from C\n');
      const headers = execFileSync('readelf', ['-lW', await store.pathOf(ctool as BlobId)], { encoding: 'utf8' });
      expect(headers).not.toContain('INTERP');
      expect(await build(changes)).toEqual({ ctool });
    });

    test('refuses another Zig than the pinned one', async () => {
      const cgo = { zig: '0.1.0', target: 'x86_64-linux-musl', cflags: [], sysroot: [], ldflags: [] };
      await expect(build({ cgo })).rejects.toMatchObject({ code: 'TOOL_VERSION' });
    });
  });
});

/** The running processes that were told of a directory by an argument or a variable. */
function processesIn(directory = '/nowhere'): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^[0-9]+$/u.test(pid) || Number(pid) === process.pid) return false;
    try {
      const told = `${readFileSync(`/proc/${pid}/cmdline`, 'utf8')}${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
      return told.includes(directory);
    } catch {
      return false;
    }
  });
}
