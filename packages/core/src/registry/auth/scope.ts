import { compareText } from '../../model/json.ts';

/** What a token allows: actions on a repository. */
export interface Scope {
  /** The repository's path in its registry. */
  readonly repository: string;
  readonly actions: readonly ScopeAction[];
}

/** What can be done with a repository. */
export type ScopeAction = 'pull' | 'push' | 'delete';

const PULL: readonly ScopeAction[] = ['pull'];
const PUSH: readonly ScopeAction[] = ['pull', 'push'];
const DELETE: readonly ScopeAction[] = ['pull', 'push', 'delete'];

/** The scope of reading a repository. */
export function pullScope(repository: string): Scope {
  return { repository, actions: PULL };
}

/** The scope of writing to a repository. */
export function pushScope(repository: string): Scope {
  return { repository, actions: PUSH };
}

/** The scope of removing from a repository, and of writing what follows from that. */
export function deleteScope(repository: string): Scope {
  return { repository, actions: DELETE };
}

/**
 * The texts of scopes, those of one repository merged: `repository:a/b:pull,push`, sorted. `extra` are texts as a
 * challenge holds them, separated by spaces.
 */
export function formatScopes(scopes: readonly Scope[], extra = ''): string[] {
  const actions = new Map<string, Set<string>>();
  const add = (resource: string, names: readonly string[]): void => {
    const known = actions.get(resource) ?? new Set();
    for (const name of names) known.add(name);
    actions.set(resource, known);
  };
  for (const { repository, actions: names } of scopes) add(`repository:${repository}`, names);
  for (const text of extra.split(' ')) {
    const colon = text.lastIndexOf(':');
    if (colon > 0) add(text.slice(0, colon), text.slice(colon + 1).split(','));
  }
  return [...actions].map(([resource, names]) => `${resource}:${[...names].sort().join(',')}`).sort(compareText);
}
