import type { IConstruct } from 'constructs';
import { problemsOf, type Problem } from '../errors/distro-error.ts';
import { Element } from './element.ts';

/**
 * Everything that is wrong with a tree, in tree order: refused props, each construct's own {@link Element.check}, the
 * validations that were added to nodes, and circles of dependencies. Below a construct whose props are refused nothing
 * is checked: what it made is a consequence.
 */
export function checkTree(root: IConstruct): readonly Problem[] {
  return [...checkBranch(root), ...dependencyCircles(root)];
}

/** True when a construct or one above it has refused props, so that it must not be planned. */
export function isRefused(construct: IConstruct): boolean {
  return construct.node.scopes.some((scope) => Element.isElement(scope) && scope.propProblems.length > 0);
}

function checkBranch(construct: IConstruct): readonly Problem[] {
  const { path } = construct.node;
  if (Element.isElement(construct) && construct.propProblems.length > 0) return construct.propProblems;
  const own = Element.isElement(construct) ? checkElement(construct) : [];
  const added = construct.node.validate().map((message): Problem => ({ code: 'VALIDATION', message, path }));
  return [...own, ...added, ...construct.node.children.flatMap(checkBranch)];
}

/** A check that throws is a problem like any other, so that it does not hide the rest. */
function checkElement(element: Element): readonly Problem[] {
  const { path } = element.node;
  try {
    return element.check().map((problem) => ({ ...problem, path }));
  } catch (error) {
    return problemsOf(error).map((problem) => ({ path, ...problem }));
  }
}

/** The circles in the dependencies between constructs, one problem for each. Every edge is followed once. */
function dependencyCircles(root: IConstruct): readonly Problem[] {
  const done = new Set<IConstruct>();
  const problems: Problem[] = [];
  for (const start of root.node.findAll()) {
    if (!done.has(start)) problems.push(...circlesFrom(start, done));
  }
  return problems;
}

/** A depth-first walk with its own stack: a chain of any length must not end the process. */
function circlesFrom(start: IConstruct, done: Set<IConstruct>): readonly Problem[] {
  const problems: Problem[] = [];
  const trail = [{ construct: start, rest: [...start.node.dependencies] }];
  const onTrail = new Set<IConstruct>([start]);
  for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
    const next = top.rest.shift();
    if (next === undefined) {
      trail.pop();
      onTrail.delete(top.construct);
      done.add(top.construct);
    } else if (onTrail.has(next)) {
      const from = trail.findIndex((entry) => entry.construct === next);
      const circle = [...trail.slice(from).map((entry) => entry.construct), next].map((entry) => entry.node.path);
      problems.push({
        code: 'DEPENDENCY_CYCLE',
        path: next.node.path,
        message: `depends on itself: ${circle.join(' → ')}`,
        hint: 'remove one of these dependencies',
      });
    } else if (!done.has(next)) {
      onTrail.add(next);
      trail.push({ construct: next, rest: [...next.node.dependencies] });
    }
  }
  return problems;
}
