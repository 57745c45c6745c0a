import { execute } from '../../packages/core/src/build/execute.ts';
import { createRunners } from '../../packages/core/src/build/runners.ts';
import type { StepOutputs } from '../../packages/core/src/build/build-result.ts';
import type { ManifestsStep, Plan } from '../../packages/core/src/plan/document.ts';
import type { Store } from '../../packages/core/src/store/store.ts';
import { testPackageStep, testPlan } from './plan.ts';

/** A plan of a package and an add-on, for tests of what writes releases. `content` stands for the package's bytes. */
export function testReleasePlan(content: string, manifests = 2): Plan {
  const addOn: ManifestsStep = {
    kind: 'manifests',
    id: 'manifests manifests/dns',
    path: 'harbor/dns',
    outputs: ['files'],
    directory: 'manifests/dns',
    objects: Array.from({ length: manifests }, (_, n) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `pod-${n}`, namespace: 'kube-system' },
      spec: { containers: [{ name: 'dns', image: 'upstream.example/dns:1.0.0' }] },
    })),
  };
  const packaged = testPackageStep('tool', { '/usr/bin/tool': { text: content } }, { component: 'tool' });
  return testPlan([packaged, addOn], {
    addOns: [
      {
        name: 'dns',
        version: '1.0.0',
        kernels: '>=1.35',
        owner: 'harbor',
        upstream: 'https://dns.example',
        path: 'harbor/dns',
        step: addOn.id,
      },
    ],
  });
}

/** What a build of {@link testReleasePlan} makes. */
export async function testOutputs(plan: Plan, store: Store): Promise<ReadonlyMap<string, StepOutputs>> {
  const { outputs } = await execute(plan, { store, runners: createRunners(), appDir: '/' });
  return outputs;
}
