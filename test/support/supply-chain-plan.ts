import { execute } from '../../packages/core/src/build/execute.ts';
import type { StepOutputs } from '../../packages/core/src/build/build-result.ts';
import { createRunners } from '../../packages/core/src/build/runners.ts';
import type { Runners } from '../../packages/core/src/build/runner.ts';
import type { ContentRef } from '../../packages/core/src/model/package-spec.ts';
import { canonicalJson } from '../../packages/core/src/model/json.ts';
import { licenceSteps } from '../../packages/core/src/plan/licence-steps.ts';
import type { GoBuildStep, ImageIndexStep, ImageStep, LayerStep, Plan } from '../../packages/core/src/plan/document.ts';
import type { Store } from '../../packages/core/src/store/store.ts';
import { goElf } from './go-elf.ts';
import { testPackageStep, testPlan } from './plan.ts';

const SUM = `h1:${'A'.repeat(43)}=`;
const LIBRARY_SUM = `h1:${'B'.repeat(43)}=`;

/** A program of two modules, packaged as deb and rpm and in an image. */
export function supplyChainPlan(): Plan {
  const build: GoBuildStep = {
    kind: 'go-build',
    id: 'go-build example.com/agent@v1.0.0 amd64',
    path: 'harbor/agent',
    outputs: ['agent'],
    go: '1.26.8',
    arch: 'amd64',
    modules: {
      module: 'example.com/agent',
      version: 'v1.0.0',
      sum: SUM,
      goMod: 'module build\n',
      goSum: `example.com/library v0.1.0 ${LIBRARY_SUM}\nexample.com/library v0.1.0/go.mod ${SUM}\n`,
    },
    commands: { agent: 'example.com/agent/cmd/agent' },
    tags: [],
    variables: {},
    patches: [],
  };
  const ref: ContentRef = { step: build.id, output: 'agent' };
  const packages = (['deb', 'rpm'] as const).map((format) =>
    testPackageStep('agent', { '/usr/bin/agent': ref, '/etc/agent': { text: 'x' } }, { format, component: 'agent' }),
  );
  const steps = [build, ...packages, ...imageSteps(ref), ...licenceSteps([build])];
  const binaries = [{ arch: 'amd64' as const, name: 'agent', ref }];
  return testPlan(steps, {
    components: [{ name: 'agent', version: '1.0.0', source: 'go:example.com/agent', path: 'harbor/agent', binaries }],
  });
}

function imageSteps(content: ContentRef): readonly [LayerStep, ImageStep, ImageIndexStep] {
  const path = 'harbor/agent/image';
  const date = 1_795_219_200;
  const layer: LayerStep = {
    kind: 'layer',
    id: 'layer agent amd64',
    path,
    outputs: ['about', 'layer'],
    compression: 'gzip',
    packages: [],
    entries: [{ type: 'file', path: '/agent', mode: 0o755, uid: 0, gid: 0, content }],
    date,
  };
  const image: ImageStep = {
    kind: 'image',
    id: 'image agent:v1.0.0 amd64',
    path,
    outputs: ['config', 'manifest'],
    arch: 'amd64',
    settings: { user: '0:0', entrypoint: ['/agent'], cmd: [], env: {}, labels: {}, workingDir: '/' },
    layers: [{ about: { step: layer.id, output: 'about' }, createdBy: 'distrokit' }],
    date,
  };
  const index: ImageIndexStep = {
    kind: 'image-index',
    id: 'image agent:v1.0.0',
    path,
    outputs: ['index'],
    name: 'agent',
    tag: 'v1.0.0',
    manifests: [{ arch: 'amd64', ref: { step: image.id, output: 'manifest' } }],
  };
  return [layer, image, index];
}

/** Builds {@link supplyChainPlan} with every real runner but those that need Go. */
export async function buildSupplyChain(plan: Plan, store: Store): Promise<ReadonlyMap<string, StepOutputs>> {
  const program = goElf({
    lines: [
      'path\texample.com/agent/cmd/agent',
      `mod\texample.com/agent\tv1.0.0\t${SUM}`,
      `dep\texample.com/library\tv0.1.0\t${LIBRARY_SUM}`,
    ],
  });
  const licences = { 'example.com/agent@v1.0.0': 'Apache-2.0' };
  const runners: Runners = {
    ...createRunners(),
    'go-build': async () => ({ agent: await store.put(program) }),
    'go-licences': async () => ({ licences: await store.put(canonicalJson(licences)) }),
  };
  const { outputs } = await execute(plan, { store, runners, appDir: '/' });
  return outputs;
}
