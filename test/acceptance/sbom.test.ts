import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultStoreDir } from '@distrokit/core/toolkit';
import { blobOf, type StepOutputs } from '../../packages/core/src/build/build-result.ts';
import { findCached } from '../../packages/core/src/build/find-cached.ts';
import { tryReadGoBuildInfo, type GoBuildInfo } from '../../packages/core/src/formats/go-build-info.ts';
import { builtModule } from '../../packages/core/src/formats/go-module-info.ts';
import { collect } from '../../packages/core/src/model/bytes.ts';
import type { Plan } from '../../packages/core/src/plan/document.ts';
import { readPlan } from '../../packages/core/src/plan/plan-file.ts';
import { supplyChainFiles, type SupplyChainFile } from '../../packages/core/src/release/supply-chain-files.ts';
import { withFileRanges } from '../../packages/core/src/store/file-ranges.ts';
import { openStore } from '../../packages/core/src/store/open-store.ts';
import type { Store } from '../../packages/core/src/store/store.ts';
import { harborRelease, type HarborRelease } from '../support/harbor.ts';
import { schemaErrors } from '../support/published-schemas.ts';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);

/** A module as `go version -m -json` prints it. */
interface GoModuleJson {
  readonly Path: string;
  readonly Version: string;
  readonly Sum?: string;
  readonly Replace?: GoModuleJson;
}

/** What `go version -m -json` prints. */
interface GoInfoJson {
  readonly GoVersion: string;
  readonly Path: string;
  readonly Main: GoModuleJson;
  readonly Deps?: readonly GoModuleJson[];
  readonly Settings: readonly { readonly Key: string; readonly Value: string }[];
}

const ours = (file: string): Promise<GoBuildInfo | undefined> => withFileRanges(file, tryReadGoBuildInfo);

/** The same by the tool that knows. */
async function go(file: string): Promise<GoBuildInfo> {
  const { stdout } = await run('go', ['version', '-m', '-json', file], { maxBuffer: 1 << 26 });
  const { GoVersion, Path, Main, Deps = [], Settings } = JSON.parse(stdout) as GoInfoJson;
  const module = ({
    Path: path,
    Version: version,
    Sum = '',
    Replace,
  }: GoModuleJson): GoBuildInfo['dependencies'][number] => ({
    path,
    version,
    ...(Sum === '' ? {} : { sum: Sum }),
    ...(Replace === undefined ? {} : { replacement: module(Replace) }),
  });
  return {
    go: GoVersion.replace(/^go/, ''),
    path: Path,
    main: module(Main),
    dependencies: Deps.map(module),
    settings: Settings.map(({ Key, Value }) => [Key, Value]),
  };
}

describe.skipIf(requireTools('go'))('the build information of a program', () => {
  let work: string;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'distrokit-build-info-'));
    await writeFile(join(work, 'go.mod'), 'module example.com/agent\n\ngo 1.24\n');
    await writeFile(join(work, 'main.go'), 'package main\n\nvar version string\n\nfunc main() { println(version) }\n');
  });
  afterAll(() => rm(work, { recursive: true, force: true }));

  test.each(['amd64', 'arm64', 'ppc64le', 's390x', 'riscv64'])('for %s is what go version -m says', async (arch) => {
    const env = { ...process.env, GOOS: 'linux', GOARCH: arch, CGO_ENABLED: '0' };
    const file = join(work, arch);
    const flags = ['-buildvcs=false', '-tags=one,two', '-ldflags=-s -w -X "main.version=1 2"'];
    await run('go', ['build', ...flags, '-o', file, '.'], { cwd: work, env });
    const info = await ours(file);
    expect(info?.settings).toContainEqual(['GOARCH', arch]);
    expect(info).toEqual(await go(file));
  });
});

describe.skipIf(requireTools('go', 'dpkg-deb'))("Harbor's documents", () => {
  let harbor: HarborRelease;
  let plan: Plan;
  let store: Store;
  let outputs: ReadonlyMap<string, StepOutputs>;
  let files: readonly SupplyChainFile[];
  beforeAll(async () => {
    harbor = await harborRelease();
    plan = await readPlan(join(harbor.dir, 'plan.json'));
    store = await openStore(defaultStoreDir(process.env));
    const found = await findCached(plan, store);
    outputs = new Map(found.map(({ step, outputs: made = {} }) => [step.id, made]));
    files = await supplyChainFiles(plan, { outputs, store });
  });
  afterAll(() => harbor?.[Symbol.asyncDispose]());

  const read = async (file: string): Promise<unknown> => {
    const found = files.find((candidate) => candidate.file === file);
    if (found === undefined) throw new Error(`there is no ${file}`);
    return JSON.parse(Buffer.from(await collect((await store.findBlob(found)).read(), 1 << 26)).toString());
  };

  test('say of every program what go version -m says', async () => {
    const binaries = plan.distro.components.flatMap((component) => component.binaries);
    // The one program that is written in C.
    const programs = binaries.filter(({ name }) => name !== 'pause');
    for (const { ref } of programs) {
      const file = await store.pathOf(blobOf(outputs, ref));
      expect(await ours(file)).toEqual(await go(file));
    }
    expect(programs.length).toBeGreaterThan(30);
    expect(binaries.length).toBe(programs.length + 1);
  });

  test('pass the published schemas', async () => {
    const boms = files.filter(({ file }) => file.startsWith('sbom/'));
    expect(boms.length).toBeGreaterThan(40);
    for (const { file } of boms) {
      const errors = schemaErrors(file.endsWith('.cdx.json') ? 'CycloneDX 1.6' : 'SPDX 2.3', await read(file));
      expect({ file, errors }).toEqual({ file, errors: [] });
    }
  });

  test.each(['kubelet', 'runc', 'etcd'])(
    'list the modules of the program that the package %s installs',
    async (name) => {
      const { file, sha256 } =
        harbor.release.packages.find((made) => made.name === name && made.format === 'deb') ?? {};
      const bom = (await read(`sbom/${file}.cdx.json`)) as {
        readonly metadata: { readonly component: { readonly hashes: unknown } };
        readonly components: readonly { readonly type: string; readonly name: string; readonly version: string }[];
        readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
      };
      expect(bom.metadata.component.hashes).toEqual([{ alg: 'SHA-256', content: sha256 }]);

      const { main, dependencies } = await go(harbor.binary(name));
      const modules = [...(main === undefined ? [] : [main]), ...dependencies].map(builtModule);
      const wanted = modules.map(({ path, version }) => `pkg:golang/${path}@${version.replace('+', '%2B')}`);
      const { dependsOn = [] } = bom.dependencies.find(({ ref }) => ref === `file:/usr/bin/${name}`) ?? {};
      const modulesOnly = dependsOn.filter((purl) => purl.startsWith('pkg:golang/') && !purl.includes('/stdlib@'));
      expect(modulesOnly).toEqual(wanted.sort());
    },
  );

  test('know the licence of every module', async () => {
    const unknown = new Set<string>();
    for (const { file } of files.filter((candidate) => /^sbom\/packages\/.*\.cdx\.json$/.test(candidate.file))) {
      const { components } = (await read(file)) as {
        readonly components: readonly { readonly type: string; readonly name: string; readonly licenses?: unknown }[];
      };
      for (const { type, name, licenses } of components) {
        if (type === 'library' && licenses === undefined) unknown.add(name);
      }
    }
    expect([...unknown]).toEqual([]);
  });
});
