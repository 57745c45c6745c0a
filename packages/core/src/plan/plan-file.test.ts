import { describe, expect, test } from 'vitest';
import { testFileStep, testPackageStep, testPlan } from '../../../../test/support/plan.ts';
import { problemsOf } from '../errors/distro-error.ts';
import { formatPlan, parsePlan } from './plan-file.ts';

const plan = testPlan([
  testFileStep('a', 'one'),
  testPackageStep('tool', { '/usr/bin/tool': { step: 'file a', output: 'file' }, '/etc/tool': { text: 'x\n' } }),
  {
    kind: 'manifests',
    id: 'manifests dns',
    path: 'harbor/dns',
    outputs: ['files'],
    directory: 'manifests/dns',
    objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: '1' } }],
  },
]);

const problems = (text: string): readonly string[] => {
  try {
    parsePlan(text, 'plan.json');
    return [];
  } catch (error) {
    return problemsOf(error).map(({ code, message }) => `${code} ${message}`);
  }
};

describe('plan.json', () => {
  test('comes back as it was written', () => {
    expect(parsePlan(formatPlan(plan), 'plan.json')).toEqual(plan);
    expect(formatPlan(parsePlan(formatPlan(plan), 'plan.json'))).toBe(formatPlan(plan));
  });

  test('that is no JSON, or lacks and has what it should not, is refused with every place', () => {
    expect(problems('{')).toEqual([expect.stringMatching(/^PLAN_INVALID plan\.json is not JSON: /)]);
    const [file, ...rest] = plan.steps;
    const wrong = { ...plan, schemaVersion: 2, steps: [{ ...file, sha256: 'X', extra: 1 }, ...rest] };
    expect(problems(JSON.stringify(wrong))).toEqual([
      'PLAN_INVALID plan.json: schemaVersion: invalid input: expected 1',
      'PLAN_INVALID plan.json: steps.0.sha256: must be a sha256 in lower-case hexadecimal',
      'PLAN_INVALID plan.json: steps.0: unrecognized key: "extra"',
    ]);
  });

  test.each(['/etc/x', '../x', 'a/../b', 'a//b', 'a/', '.', './a', 'a\nb', ''])(
    'refuses %j as a file of the release',
    (file) => {
      const [first, second] = plan.steps;
      expect(problems(JSON.stringify({ ...plan, steps: [first, { ...second, file }] }))).toEqual([
        'PLAN_INVALID plan.json: steps.1.file: must be a normal relative path',
      ]);
    },
  );

  test('refuses a reference that leads nowhere', () => {
    expect(problems(JSON.stringify({ ...plan, steps: plan.steps.slice(1) }))).toEqual([
      expect.stringContaining('REFERENCE_UNKNOWN'),
    ]);
  });
});
