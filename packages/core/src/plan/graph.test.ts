import { describe, expect, test } from 'vitest';
import { testFileStep, testPackageStep, testPlan } from '../../../../test/support/plan.ts';
import { problemsOf } from '../errors/distro-error.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { GoBuildStep, Plan } from './document.ts';
import { checkPlan, restrictPlan, withAncestors } from './graph.ts';

const a = testFileStep('a', 'one');
const packaged = testPackageStep('tool', { '/usr/bin/tool': { step: a.id, output: 'file' } });

const problems = (plan: Plan): readonly string[] => {
  try {
    checkPlan(plan);
    return [];
  } catch (error) {
    return problemsOf(error).map(({ code, message, path }) => `${code} [${path}] ${message}`);
  }
};

/** A step that reads others. */
const step = (id: string, patches: readonly ContentRef[]): GoBuildStep => ({
  kind: 'go-build',
  id,
  path: `harbor/${id}`,
  outputs: ['out'],
  go: '1.26.8',
  arch: 'amd64',
  modules: { module: 'm', version: 'v1.0.0', sum: 'h1:x', goMod: '', goSum: '' },
  commands: { out: 'm' },
  tags: [],
  variables: {},
  patches,
});

describe('checkPlan', () => {
  test('accepts references to steps before', () => {
    expect(problems(testPlan([a, packaged]))).toEqual([]);
  });

  test('reports every bad reference, with the construct', () => {
    const wrong = testPackageStep('wrong', {
      '/a': { step: 'nowhere', output: 'file' },
      '/b': { step: a.id, output: 'nothing' },
    });
    expect(problems(testPlan([packaged, a, wrong, a]))).toEqual([
      `PLAN_INVALID [harbor/tool] step ${packaged.id} refers to file a, which does not come before it`,
      `REFERENCE_UNKNOWN [harbor/wrong] ${wrong.id} refers to step nowhere, which is not in the plan`,
      `REFERENCE_UNKNOWN [harbor/wrong] ${wrong.id} refers to output nothing of step file a, which is not in the plan`,
      'PLAN_INVALID [harbor/file] two steps have the id file a',
    ]);
  });

  test('reports what the distribution refers to and nobody makes', () => {
    const addOn = {
      name: 'dns',
      version: '1',
      kernels: '*',
      owner: '',
      upstream: '',
      path: 'harbor/dns',
      step: 'gone',
    };
    expect(problems(testPlan([a], { addOns: [addOn] }))).toEqual([
      'REFERENCE_UNKNOWN [harbor/dns] dns refers to step gone, which is not in the plan',
    ]);
  });

  test('takes 64 fully linked layers in no time', () => {
    const layers = Array.from({ length: 64 }, (_, layer) =>
      Array.from({ length: 8 }, (__, index) => {
        const before = Array.from({ length: layer === 0 ? 0 : 8 }, (___, n) => ({
          step: `${layer - 1}-${n}`,
          output: 'out',
        }));
        return step(`${layer}-${index}`, before);
      }),
    );
    const steps = layers.flat();
    const started = performance.now();
    expect(problems(testPlan(steps))).toEqual([]);
    expect(withAncestors(steps, ['63-0'])).toHaveLength(63 * 8 + 1);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('restrictPlan', () => {
  const other = testPackageStep('other', { '/usr/bin/other': { text: 'x' } });
  const component = {
    name: 'tool',
    version: '1',
    source: 'file:a',
    path: 'harbor/tool',
    binaries: [{ arch: 'amd64', name: 'tool', ref: { step: a.id, output: 'file' } }],
  } as const;
  const plan = testPlan([a, packaged, other], { components: [component] });

  test('keeps the steps of a construct and what they are made of', () => {
    const { steps, distro } = restrictPlan(plan, ['harbor/tool']);
    expect(steps).toEqual([a, packaged]);
    expect(distro.components).toEqual([component]);
    expect(restrictPlan(plan, ['harbor/other'])).toMatchObject({ steps: [other], distro: { components: [] } });
    expect(restrictPlan(plan, ['harbor'])).toEqual(plan);
  });

  test('refuses a path that no step belongs to', () => {
    expect(() => restrictPlan(plan, ['harbor/too'])).toThrow('no step of the plan belongs to a construct harbor/too');
  });
});
