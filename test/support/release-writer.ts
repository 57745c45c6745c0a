import { argv } from 'node:process';
import { execute } from '../../packages/core/src/build/execute.ts';
import { createRunners } from '../../packages/core/src/build/runners.ts';
import { problemsOf } from '../../packages/core/src/errors/distro-error.ts';
import type { Plan } from '../../packages/core/src/plan/document.ts';
import { writeRelease } from '../../packages/core/src/release/write-release.ts';
import { openStore } from '../../packages/core/src/store/open-store.ts';
import { testReleasePlan } from './built-release.ts';
import { testPackageStep } from './plan.ts';

// A program for tests that kill it: builds a release and writes it, once for each content it is given.
// node release-writer.ts STORE OUTPUT CONTENT...

const PACKAGES = 12;
const CONTENT_SIZE = 300_000;

/** A plan of a dozen packages and 300 manifests, other ones for each content. */
function planOf(content: string): Plan {
  const plan = testReleasePlan(content, 300);
  const packages = Array.from({ length: PACKAGES }, (_, n) => {
    const text = `${content} ${n} `.repeat(CONTENT_SIZE / 10);
    return testPackageStep(`tool-${n}`, { [`/usr/bin/tool-${n}`]: { text } });
  });
  const children = ['tool', 'dns', ...packages.map(({ spec }) => spec.name)].map((id) => {
    return { id, path: `harbor/${id}`, kind: 'Construct', dependsOn: [], children: [] };
  });
  const component = { name: 'tool', version: '1.0.0', source: 'file:tool', path: 'harbor/tool', binaries: [] };
  const distro = { ...plan.distro, components: [component], tree: { ...plan.distro.tree, children } };
  return { ...plan, distro, steps: [...packages, ...plan.steps] };
}

const [storeDir, output, ...contents] = argv.slice(2);
if (storeDir === undefined || output === undefined) throw new TypeError('release-writer.ts STORE OUTPUT CONTENT...');
try {
  const store = await openStore(storeDir);
  for (const content of contents) {
    const plan = planOf(content);
    const { outputs, ran } = await execute(plan, { store, runners: createRunners(), appDir: '/' });
    const release = await writeRelease(plan, outputs, { store, output });
    console.log(JSON.stringify({ ran, files: release.files.length }));
  }
} catch (error) {
  console.log(JSON.stringify({ problems: problemsOf(error) }));
  process.exitCode = 1;
}
