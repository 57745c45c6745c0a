import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problemsOf, type Problem } from '../errors/distro-error.ts';
import type { TreeNode } from '../model/tree-node.ts';
import type { Plan } from '../plan/document.ts';
import { parseDocument } from '../plan/parse-document.ts';
import { parsePlan } from '../plan/plan-file.ts';
import { treeSchema } from '../plan/tree-schema.ts';
import type { Release } from './document.ts';
import type { VerifyContext } from './verify-context.ts';

/** Checks `plan.json` and `tree.json`, and what `release.json` says against them and itself. */
export async function verifyDocuments({ directory, release, whole }: VerifyContext): Promise<readonly Problem[]> {
  const problems = [...checkNames(release)];
  const read = async <T>(file: string, check: (text: string) => T): Promise<T | undefined> => {
    if (!whole.has(file)) return undefined;
    try {
      return check(await readFile(join(directory, file), 'utf8'));
    } catch (error) {
      problems.push(...problemsOf(error));
      return undefined;
    }
  };
  const plan = await read('plan.json', (text) => parsePlan(text, 'plan.json'));
  const tree = await read('tree.json', (text) =>
    parseDocument(text, treeSchema, { code: 'RELEASE_INVALID', where: 'tree.json' }),
  );
  for (const file of ['plan.json', 'tree.json']) {
    if (!release.files.some((entry) => entry.file === file))
      problems.push(invalid(`release.json does not list ${file}`));
  }
  if (plan !== undefined) problems.push(...checkPlanOf(release, plan));
  if (tree !== undefined) problems.push(...checkPaths(release, tree));
  return problems;
}

/** What one part of `release.json` says of another. */
function checkNames(release: Release): readonly Problem[] {
  const components = new Set(release.components.map(({ name }) => name));
  const files = new Set(release.files.map(({ file }) => file));
  return [
    ...release.kernel.components
      .filter((name) => !components.has(name))
      .map((name) =>
        invalid(`release.json: the kernel has a component ${name}, which is not listed`, release.kernel.path),
      ),
    ...release.packages.flatMap(({ file, component, path }) =>
      component === undefined || components.has(component)
        ? []
        : [invalid(`${file}: its component ${component} is not listed in release.json`, path)],
    ),
    ...release.installers.flatMap(({ name, files: own, path }) =>
      own
        .filter((file) => !files.has(file))
        .map((file) =>
          invalid(`${file}: the installer ${name} names it, but release.json does not list it as a file`, path),
        ),
    ),
  ];
}

function checkPlanOf({ distro }: Release, plan: Plan): readonly Problem[] {
  return (['name', 'version', 'channel', 'date'] as const).flatMap((field) =>
    plan.distro[field] === distro[field]
      ? []
      : [invalid(`plan.json: its ${field} is ${plan.distro[field]}, but release.json says ${distro[field]}`)],
  );
}

/** Everything in a release can be traced to a construct. */
function checkPaths(release: Release, tree: TreeNode): readonly Problem[] {
  const paths = new Set<string>();
  const pending = [tree];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    paths.add(node.path);
    pending.push(...node.children);
  }
  return release.files.flatMap(({ file, path }) =>
    paths.has(path) ? [] : [invalid(`${file}: its construct ${path} is not in tree.json`, path)],
  );
}

function invalid(message: string, path?: string): Problem {
  return { code: 'RELEASE_INVALID', message, ...(path === undefined ? {} : { path }) };
}
