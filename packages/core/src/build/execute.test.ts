import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testFileStep, testPackageStep, testPlan } from '../../../../test/support/plan.ts';
import { DistroError, problemsOf } from '../errors/distro-error.ts';
import { collect } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { ManifestsStep, PackageStep, Plan } from '../plan/document.ts';
import { openStore } from '../store/open-store.ts';
import type { BlobId, Store } from '../store/store.ts';
import { blobOf } from './build-result.ts';
import { execute, type ExecuteOptions } from './execute.ts';
import { explainPlan } from './forecast.ts';
import { runFile } from './run-file.ts';
import { runManifests } from './run-manifests.ts';
import type { Runner, Runners } from './runner.ts';

let dir: string;
let store: Store;
let events: ProgressEvent[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-execute-'));
  store = await openStore(join(dir, 'store'));
  events = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const never = async (): Promise<never> => {
  throw new TypeError('not in this plan');
};

/** Real runners for what needs no tool; `package` is what a test says, else it joins the contents. */
function runners(packages: Runner<'package'> = joinContents): Runners {
  return {
    file: runFile,
    manifests: runManifests,
    package: packages,
    url: never,
    debian: never,
    extract: never,
    installer: never,
    keyring: never,
    layer: never,
    image: never,
    'image-index': never,
    'go-build': never,
    'go-licences': never,
    'debian-licences': never,
    'c-build': never,
  };
}

const joinContents: Runner<'package'> = async (step, context) => {
  const parts: Uint8Array[] = [];
  for (const file of step.spec.files) {
    if (file.type !== 'file') continue;
    if ('step' in file.content) parts.push(await collect((await context.input(file.content)).read(), 1 << 20));
    else if ('text' in file.content) parts.push(Buffer.from(file.content.text));
  }
  return { package: await context.store.put(Buffer.concat(parts)) };
};

const options = (overrides: Partial<ExecuteOptions> = {}): ExecuteOptions => ({
  store,
  runners: runners(),
  appDir: dir,
  report: (event) => events.push(event),
  ...overrides,
});

const started = (): readonly string[] => events.flatMap((event) => (event.type === 'step-start' ? [event.id] : []));

const manifests: ManifestsStep = {
  kind: 'manifests',
  id: 'manifests dns',
  path: 'harbor/dns',
  outputs: ['files'],
  directory: 'manifests/dns',
  objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: '1' } }],
};

async function planOf(content: string): Promise<Plan> {
  await writeFile(join(dir, 'a'), content);
  const file = testFileStep('a', content);
  return testPlan([file, testPackageStep('tool', { '/usr/bin/tool': { step: file.id, output: 'file' } }), manifests]);
}

const packageId = 'package packages/amd64/tool_1.0.0-1_amd64.deb';
const read = async (id: BlobId): Promise<string> =>
  Buffer.from(await collect((await store.findBlob(id)).read(), 1 << 20)).toString();

describe('execute', () => {
  test('makes each step from what it refers to', async () => {
    const { outputs, ran, cached } = await execute(await planOf('one'), options());
    expect({ ran, cached }).toEqual({ ran: 3, cached: 0 });
    expect(outputs.get(packageId)).toEqual({ package: { sha256: sha256Of('one'), size: 3 } });
    const bundle = JSON.parse(await read(blobOf(outputs, { step: 'manifests dns', output: 'files' }))) as Record<
      string,
      string
    >;
    expect(Object.keys(bundle)).toEqual([expect.stringMatching(/^0001-/)]);
    expect(events.filter(({ type }) => type === 'step-end')).toHaveLength(3);
  });

  test('runs nothing that the store has, also in another process', async () => {
    const plan = await planOf('one');
    const first = await execute(plan, options());
    events = [];
    const again = await execute(plan, options({ store: await openStore(store.dir), runners: runners(never) }));
    expect(again).toEqual({ outputs: first.outputs, ran: 0, cached: 3 });
    expect(started()).toEqual([]);
  });

  test('finds the same work under other names', async () => {
    const plan = await planOf('one');
    await execute(plan, options());
    const renamed = plan.steps.map((step) => (step.kind === 'package' ? { ...step, id: 'p', path: 'harbor/p' } : step));
    expect(await execute({ ...plan, steps: renamed }, options({ runners: runners(never) }))).toMatchObject({ ran: 0 });
  });

  test('runs again what changed and what follows from it', async () => {
    await execute(await planOf('one'), options());
    events = [];
    const { outputs, ran } = await execute(await planOf('two'), options());
    expect(ran).toBe(2);
    expect(started()).toEqual(['file a', packageId]);
    expect(outputs.get(packageId)).toEqual({ package: { sha256: sha256Of('two'), size: 3 } });
  });

  test('runs again what was damaged in the store', async () => {
    const plan = await planOf('one');
    const { outputs } = await execute(plan, options());
    await rm(await store.pathOf(blobOf(outputs, { step: 'manifests dns', output: 'files' })));
    expect(await execute(plan, options())).toMatchObject({ ran: 1, outputs });
  });

  test('refuses a file that is not what the plan says, with no output', async () => {
    const plan = await planOf('one');
    await writeFile(join(dir, 'a'), 'other');
    await expect(execute(plan, options())).rejects.toMatchObject({ code: 'DIGEST_MISMATCH', path: 'harbor/file' });
    await rm(join(dir, 'a'));
    await expect(execute(plan, options())).rejects.toMatchObject({ code: 'SOURCE_FILE_MISSING' });
  });

  test('refuses a plan with a reference to nowhere before anything runs', async () => {
    const plan = await planOf('one');
    const wrong = { ...plan, steps: plan.steps.slice(1) };
    await expect(execute(wrong, options())).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    expect(events).toEqual([]);
  });

  test('ends with the end of the log, its file and the construct', async () => {
    const fail: Runner<'package'> = async (step, { report }) => {
      for (let n = 1; n <= 30; n += 1) report({ type: 'step-output', id: step.id, line: `line ${n}` });
      throw new Error('exit code 2');
    };
    const error = await execute(await planOf('one'), options({ runners: runners(fail) })).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'BUILD_FAILED', path: 'harbor/tool' });
    const [problem] = problemsOf(error);
    expect(problem?.message).toMatch(/^cannot package tool_1\.0\.0-1_amd64\.deb: exit code 2\nline 11\n.*\nline 30/s);
    const log = /\/\S+\.log/.exec(problem?.hint ?? '')?.[0] ?? '';
    expect((await readFile(log, 'utf8')).split('\n').slice(0, 31)).toEqual([
      ...Array.from({ length: 30 }, (_, n) => `line ${n + 1}`),
      'exit code 2',
    ]);
  });

  test('keeps the code and the hint of what failed', async () => {
    const fail: Runner<'package'> = async () => {
      throw new DistroError('PATCH_FAILED', 'hunk 2 does not apply', { hint: 'refresh the patch' });
    };
    const failed = execute(await planOf('one'), options({ runners: runners(fail) }));
    await expect(failed).rejects.toMatchObject({
      code: 'PATCH_FAILED',
      hint: 'refresh the patch',
    });
  });

  test('what was done before a failure is kept', async () => {
    const plan = await planOf('one');
    const failing = runners(async () => {
      throw new Error('no');
    });
    await expect(execute(plan, options({ runners: failing, jobs: 1 }))).rejects.toThrow('no');
    expect((await execute(plan, options())).ran).toBeLessThan(3);
  });

  test('stops the others after a failure, waits until they are gone and removes their directories', async () => {
    const temporary: string[] = [];
    let stopped = 0;
    const run: Runner<'package'> = async (step, context) => {
      temporary.push(await context.tempDir());
      if (step.spec.name === 'bad') throw new Error('bad');
      await once(context.signal, 'abort');
      await sleep(30);
      stopped += 1;
      throw new Error('stopped');
    };
    const plan = testPlan(
      ['slow', 'slower', 'bad', 'late'].map((name) => testPackageStep(name, { '/x': { text: name } })),
    );
    await expect(execute(plan, options({ runners: runners(run), jobs: 3 }))).rejects.toMatchObject({
      path: 'harbor/bad',
    });
    expect(stopped).toBe(2);
    expect(started()).not.toContain(plan.steps[3]?.id);
    expect(temporary).toHaveLength(3);
    for (const path of temporary) await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  test('a signal stops the run', async () => {
    const abort = new AbortController();
    const run: Runner<'package'> = async (_, { signal }) => {
      abort.abort();
      signal.throwIfAborted();
      return {};
    };
    const stopping = options({ runners: runners(run), signal: abort.signal });
    await expect(execute(await planOf('one'), stopping)).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(execute(await planOf('one'), stopping)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('starts the longest first, `jobs` at a time', async () => {
    let running = 0;
    let most = 0;
    const work: Runner<'package'> = async (step, context) => {
      most = Math.max(most, ++running);
      await sleep(Number(step.spec.name.slice(1)));
      running -= 1;
      return joinContents(step, context);
    };
    const of = (text: string): Plan =>
      testPlan(['p10', 'p90', 'p50'].map((name) => testPackageStep(name, { '/x': { text: name + text } })));
    await execute(of('1'), options({ runners: runners(work), jobs: 2 }));
    expect(most).toBe(2);
    events = [];
    await execute(of('2'), options({ runners: runners(work), jobs: 1 }));
    expect(started().map((id) => /p\d+/.exec(id)?.[0])).toEqual(['p90', 'p50', 'p10']);
  });

  test('two runs at once do the work once', async () => {
    let ran = 0;
    const work: Runner<'package'> = async (step, context) => {
      ran += 1;
      await sleep(50);
      return joinContents(step, context);
    };
    const plan = await planOf('one');
    const [one, two] = await Promise.all([
      execute(plan, options({ runners: runners(work) })),
      execute(plan, options({ runners: runners(work), store: await openStore(store.dir) })),
    ]);
    expect(ran).toBe(1);
    expect(one.outputs.get(packageId)).toEqual(two.outputs.get(packageId));
    expect(one.ran + two.ran).toBe(3);
  });

  test('an unchanged plan of 80 steps with long texts runs nothing', async () => {
    const text = 'x'.repeat(20_000);
    const plan = testPlan(
      Array.from({ length: 80 }, (_, n) => testPackageStep(`p${n}`, { '/x': { text: `${text}${n}` } })),
    );
    await execute(plan, options());
    const later = await openStore(store.dir);
    expect((await execute(plan, options({ store: later }))).ran).toBe(0);
  });
});

describe('explainPlan', () => {
  const reasons = async (plan: Plan): Promise<Record<string, readonly string[]>> =>
    Object.fromEntries((await explainPlan(plan, store)).map((step) => [step.kind, step.reasons]));

  test('says what was never built and what follows from it', async () => {
    const plan = await planOf('one');
    expect(await reasons(plan)).toEqual({
      file: ['never built'],
      package: ['its input file will be rebuilt'],
      manifests: ['never built'],
    });
    await execute(plan, options());
    expect(await explainPlan(plan, store)).toMatchObject(
      plan.steps.map(({ id }) => ({ id, cached: true, reasons: [] })),
    );
  });

  test('says which field, which input, and that a result is gone', async () => {
    const plan = await planOf('one');
    const { outputs } = await execute(plan, options());
    const [file, tool, dns] = plan.steps as readonly [Plan['steps'][0], PackageStep, ManifestsStep];
    const spec = { ...tool.spec, summary: 'other', files: tool.spec.files.map((f) => ({ ...f, mode: 0o700 })) };
    expect(await reasons({ ...plan, steps: [file, { ...tool, spec, compression: 'zstd' }, dns] })).toEqual({
      file: [],
      package: ['compression changed', 'files[/usr/bin/tool].mode changed', 'summary changed'],
      manifests: [],
    });
    await writeFile(join(dir, 'b'), 'two');
    const other = testFileStep('b', 'two');
    await execute(testPlan([other]), options());
    const moved = testPackageStep('tool', { '/usr/bin/tool': { step: other.id, output: 'file' } });
    expect(await reasons(testPlan([other, moved]))).toEqual({ file: [], package: ['input file changed'] });
    await rm(await store.pathOf(blobOf(outputs, { step: dns.id, output: 'files' })));
    const changed = { ...tool, spec: { ...tool.spec, relations: { depends: ['x'] } } };
    expect(await reasons({ ...plan, steps: [file, changed, dns] })).toEqual({
      file: [],
      package: ['relations.depends changed'],
      manifests: ['its result is missing or damaged in the store'],
    });
  });
});
