import { describe, expect, test } from 'vitest';
import { testFileStep, testPackageStep, testPlan } from '../../../../test/support/plan.ts';
import { problemsOf } from '../errors/distro-error.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { GoBuildStep, Plan } from './document.ts';
import { checkPlan } from './check-plan.ts';

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

  test('looks at each edge of 64 fully linked layers once: there are 8^64 paths', () => {
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
    expect(problems(testPlan(steps))).toEqual([]);
  });
});
