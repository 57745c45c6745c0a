import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type LockedPackages, missingEntries, PACKAGE_LOCK } from '../../.ci/complete-package-lock.ts';

const { packages } = JSON.parse(readFileSync(PACKAGE_LOCK, 'utf8')) as { readonly packages: LockedPackages };

test('`npm ci` finds every package of every platform in the lock; run `npm run complete-lock` when it does not', () => {
  expect(missingEntries(packages)).toEqual({});
});

test('the lock names no registry', () => {
  expect(readFileSync(PACKAGE_LOCK, 'utf8')).not.toContain('"resolved": "http');
});

test('a package that the registry lacks gets an entry for its platform', () => {
  const optionalDependencies = {
    '@x/binding-linux-x64-musl': '1.0.0',
    '@x/binding-linux-arm-gnueabihf': '1.0.0',
    '@x/binding-win32-arm64-msvc': '1.0.0',
    '@x/there': '1.0.0',
  };

  expect(
    missingEntries({ 'node_modules/x': { dev: true, optionalDependencies }, 'node_modules/@x/there': {} }),
  ).toEqual({
    'node_modules/@x/binding-linux-x64-musl': {
      version: '1.0.0',
      os: ['linux'],
      cpu: ['x64'],
      libc: ['musl'],
      dev: true,
      optional: true,
    },
    'node_modules/@x/binding-linux-arm-gnueabihf': {
      version: '1.0.0',
      os: ['linux'],
      cpu: ['arm'],
      libc: ['glibc'],
      dev: true,
      optional: true,
    },
    'node_modules/@x/binding-win32-arm64-msvc': {
      version: '1.0.0',
      os: ['win32'],
      cpu: ['arm64'],
      dev: true,
      optional: true,
    },
  });
});
