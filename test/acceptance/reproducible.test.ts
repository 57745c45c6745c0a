import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLock } from '../../packages/core/src/lock/read-lock.ts';
import { readPlan } from '../../packages/core/src/plan/plan-file.ts';
import { openStore } from '../../packages/core/src/store/open-store.ts';
import type { Store } from '../../packages/core/src/store/store.ts';
import { defaultStoreDir } from '../../packages/core/src/toolkit/store-dir.ts';
import { elsewhere } from '../support/elsewhere.ts';
import { fileTree } from '../support/file-tree.ts';
import { runCli } from '../support/run-cli.ts';
import { type SmallDistro, smallDistro } from '../support/small-distro.ts';
import { linkPackages } from '../support/tiny-distro.ts';
import { requireTools } from '../support/tools.ts';

const PLACES = {
  east: {
    timeZone: 'Asia/Kathmandu',
    locale: 'tr_TR.UTF-8',
    umask: '0077',
    hostname: 'east.example',
  },
  west: { timeZone: 'America/St_Johns', locale: 'C', umask: '0000', hostname: 'west' },
} as const;

describe.skipIf(requireTools('go', 'unshare'))('the small distribution', () => {
  let small: SmallDistro;
  let expected: Readonly<Record<string, string>>;

  beforeAll(async () => {
    small = await smallDistro();
    expect(await small.cli(['lock'])).toMatchObject({ code: 0 });
    expect(await small.cli(['synth', '--jobs', '2'])).toMatchObject({ code: 0 });
    expected = await fileTree(join(small.appDir, 'dist'));
  });
  afterAll(() => small[Symbol.asyncDispose]());

  test.each([
    ['east', '1'],
    ['west', '4'],
  ] as const)(
    'in the %s with %s jobs, another directory, home and store has the same bytes and modes',
    async (name, jobs) => {
      const home = join(small.dir, `home-${name}`);
      await mkdir(home);
      const app = await small.copyApp(`app-${name}`);
      const { env, under } = elsewhere({ ...PLACES[name], home });
      const store = join(small.dir, `store-${name}`);
      const output = join(small.dir, `dist-${name}`);
      const args = ['synth', join(app, 'distro.ts'), '--jobs', jobs, '-o', output, '--store', store];
      // One of them compiles the standard library anew as well: nothing that another run made is used.
      const cold = name === 'east' ? { GOCACHE: join(small.dir, 'go-cache') } : {};
      const result = await small.cli(args, { cwd: '/', under, env: { ...env, ...cold } });
      expect(result).toMatchObject({ code: 0, err: expect.not.stringContaining('from the store') });
      expect(await fileTree(output)).toEqual(expected);
    },
  );

  test('locked elsewhere has the same lock but for its date', async () => {
    const app = await small.copyApp('app-lock');
    await rm(join(app, 'distro.lock.json'));
    const { env, under } = elsewhere({ ...PLACES.east, home: small.dir });
    expect(await small.cli(['lock', join(app, 'distro.ts')], { cwd: '/', under, env })).toMatchObject({ code: 0 });
    const [ours, theirs] = await Promise.all([small.appDir, app].map((dir) => readLock(join(dir, 'distro.lock.json'))));
    expect({ ...theirs, date: '' }).toEqual({ ...ours, date: '' });
    expect((await fileTree(app))['distro.lock.json']).toMatch(/^0600 /);
  });
});

const HARBOR = fileURLToPath(new URL('../../examples/harbor', import.meta.url));

/** Builds that take minutes and are taken from the store; their packages are made again. The other builds are not. */
const TAKEN = ['k8s.io/kubernetes@', 'go.etcd.io/etcd/', 'github.com/containerd/', 'github.com/coredns/'];

describe.skipIf(requireTools('go', 'unshare'))('harbor', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(await realpath(tmpdir()), 'harbor-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test('elsewhere has the same bytes and modes, its runc, pause and network plugins compiled again', async () => {
    const here = join(dir, 'here');
    const synth = ['synth', join(HARBOR, 'distro.ts'), '--arch', 'host'];
    expect(await runCli([...synth, '-o', here], { cwd: HARBOR })).toMatchObject({ code: 0 });
    const taken = await seedStore(here, join(dir, 'store'));
    expect(taken).toHaveLength(TAKEN.length);

    const app = join(dir, 'app');
    await cp(HARBOR, app, { recursive: true, filter: (source) => !/\/(dist|node_modules)$/.test(source) });
    await linkPackages(dir);
    const home = join(dir, 'home');
    await mkdir(home);
    const { env, under } = elsewhere({ ...PLACES.east, home });
    const there = join(dir, 'there');
    const args = [
      'synth',
      join(app, 'distro.ts'),
      '--arch',
      'host',
      '-o',
      there,
      '--store',
      join(dir, 'store'),
      '--jobs',
      '3',
    ];
    const result = await runCli(args, { cwd: '/', under, env: { ...goSettings(), ...env } });
    expect(result).toMatchObject({ code: 0, err: expect.not.stringMatching(/packages.*from the store/) });
    expect(await fileTree(there)).toEqual(await fileTree(here));
  });
});

/** Puts the results of long builds of a release into another store. Returns the steps. */
async function seedStore(release: string, to: string): Promise<readonly string[]> {
  const { steps } = await readPlan(join(release, 'plan.json'));
  const [source, target] = await Promise.all([defaultStoreDir(process.env), to].map(openStore));
  if (source === undefined || target === undefined) throw new Error('unreachable');
  const wanted = steps.filter(({ id }) => TAKEN.some((module) => id.startsWith(`go-build ${module}`)));
  for (const { id } of wanted) await copyAction(id, source, target);
  return wanted.map(({ id }) => id);
}

async function copyAction(stepId: string, from: Store, to: Store): Promise<void> {
  const record = await from.tryFindLastAction(stepId);
  if (record === undefined) throw new Error(`the store has no result of ${stepId}`);
  for (const blob of Object.values(record.outputs)) await to.putFile(await from.pathOf(blob), { expect: blob });
  await to.saveAction(record);
}

/** Where Go finds modules and what it compiled, which another home does not know. */
function goSettings(): Record<string, string> {
  const names = ['GOCACHE', 'GOMODCACHE', 'GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOPRIVATE'];
  return JSON.parse(execFileSync('go', ['env', '-json', ...names], { encoding: 'utf8' })) as Record<string, string>;
}
