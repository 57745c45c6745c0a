import { expect, test } from 'vitest';
import type { Declaration } from '../lock/declaration.ts';
import { lookupDebian, lookupGoModule, lookupUrl } from '../lock/lookup.ts';
import { lockSchema } from '../lock/schema.ts';
import type { Source } from '../model/source.ts';
import { syntheticLock } from './synthetic-lock.ts';

function declare(source: Source, version = '1.2.3'): Declaration {
  return { path: 'test/x', source, version, arch: 'arm64' };
}

const libseccomp = { kind: 'debian', package: 'libseccomp-dev', keyring: '/k.gpg' } as const;

test('each kind of source finds its entry', () => {
  const go = {
    kind: 'go-module',
    module: 'example.com/m',
    commands: { m: 'example.com/m/cmd' },
    cgo: { libc: 'musl', sysroot: [libseccomp] },
  } as const;
  const url = { kind: 'url', files: { a: 'https://x.example/{version}/{arch}/a' }, arches: ['arm64'] } as const;

  const lock = syntheticLock([declare(go), declare(url)]);

  expect(lockSchema.safeParse(lock)).toMatchObject({ success: true });
  expect(lookupGoModule(lock, go, '1.2.3')).toHaveProperty('found.version', 'v1.2.3');
  expect(lookupUrl(lock, 'https://x.example/1.2.3/arm64/a')).toHaveProperty('found.size');
  expect(lookupDebian(lock, libseccomp, 'arm64')).toHaveProperty('found.arch', 'arm64');
});

test('one entry serves every source of a module, however it is declared', () => {
  const base = { kind: 'go-module', module: 'example.com/m', version: 'v1.0.0' } as const;
  const one = { ...base, commands: { a: 'example.com/m/a' }, replaces: 'staging' } as const;
  const two = {
    ...base,
    commands: { b: 'example.com/m/b' },
    replaces: 'staging',
    with: { 'example.com/n': 'v2.0.0' },
  } as const;
  const file = {
    kind: 'c-program',
    name: 'c',
    module: 'example.com/m',
    version: 'v1.0.0',
    files: ['c.c'],
    libc: 'musl',
    cflags: [],
  } as const;

  const lock = syntheticLock([declare(one), declare(file), declare(two)]);

  expect(Object.keys(lock.sources)).toEqual(['go:example.com/m@v1.0.0']);
  for (const source of [one, two, file]) expect(lookupGoModule(lock, source, '1.2.3')).toHaveProperty('found');
});

test('a lock depends on the declarations only, not on their order', () => {
  const a = declare({ kind: 'url', files: { a: 'https://x.example/a' }, arches: ['arm64'] });
  const b = declare({ kind: 'debian', package: 'b' });

  expect(JSON.stringify(syntheticLock([a, b]))).toBe(JSON.stringify(syntheticLock([b, a])));
});
