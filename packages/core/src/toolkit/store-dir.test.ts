import { expect, test } from 'vitest';
import { defaultStoreDir } from './store-dir.ts';

test.each([
  ['named', { DISTROKIT_STORE: 'here', XDG_CACHE_HOME: '/x', HOME: '/h' }, 'here'],
  ['in the cache directory', { DISTROKIT_STORE: '', XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/distrokit'],
  ['a relative cache directory is none', { XDG_CACHE_HOME: 'x', HOME: '/h' }, '/h/.cache/distrokit'],
  ['in the home directory', { HOME: '/h' }, '/h/.cache/distrokit'],
])('%s', (_case, env, dir) => {
  expect(defaultStoreDir(env)).toBe(dir);
});
