import type { Io } from './io.ts';

/** How the reader starts us again: through npx when npm started us, since `distrokit` is then on npm's path only. */
export function ownCommand(env: Io['env']): string {
  return env.npm_lifecycle_event === undefined ? 'distrokit' : 'npx distrokit';
}

/** A word of a shell command, quoted where it must be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
