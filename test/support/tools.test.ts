import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { debianPackages, requireTools } from './tools.ts';

afterEach(() => vi.unstubAllEnvs());

/** Makes PATH one directory that holds these programs. */
function givenOnlyPrograms(...programs: readonly string[]): void {
  const dir = mkdtempSync(join(tmpdir(), 'tools-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const program of programs) writeFileSync(join(dir, program), '#!/bin/sh\n', { mode: 0o755 });
  vi.stubEnv('PATH', dir);
}

test('a machine with the programs runs the tests', () => {
  givenOnlyPrograms('rpm', 'cpio');
  vi.stubEnv('DISTROKIT_REQUIRE_TOOLS', '1');

  expect(requireTools('rpm', 'cpio')).toBe(false);
});

test('a machine without one of them skips', () => {
  givenOnlyPrograms('rpm');
  vi.stubEnv('DISTROKIT_REQUIRE_TOOLS', '');

  expect(requireTools('rpm', 'cpio')).toBe(true);
});

test('where nothing may be skipped, the error says what to install', () => {
  givenOnlyPrograms('rpm');
  vi.stubEnv('DISTROKIT_REQUIRE_TOOLS', '1');

  expect(() => requireTools('rpm', 'xz', 'dpkg-scanpackages')).toThrow(
    'programs that the tests need are missing: xz dpkg-scanpackages (install: xz-utils dpkg-dev)',
  );
});

test('a program that the table lacks is an error even where it exists', () => {
  givenOnlyPrograms('sl');

  expect(() => requireTools('sl')).toThrow('add sl and its Debian package to test/support/tools.ts');
});

test('the list of Debian packages names each package once, sorted', () => {
  const packages = debianPackages();

  expect(packages).toContain('dpkg-dev');
  expect(packages).toEqual([...new Set(packages)].sort());
});
