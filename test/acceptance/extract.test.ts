import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execute } from '../../packages/core/src/build/execute.ts';
import { blobOf } from '../../packages/core/src/build/build-result.ts';
import { createRunners } from '../../packages/core/src/build/runners.ts';
import { sha256Of } from '../../packages/core/src/model/digest.ts';
import type { ExtractStep } from '../../packages/core/src/plan/document.ts';
import { openStore } from '../../packages/core/src/store/open-store.ts';
import { testPlan } from '../support/plan.ts';
import { requireTools } from '../support/tools.ts';

const CONTROL = `Package: tool
Version: 1.0.0-1
Architecture: all
Maintainer: Harbor <release@harbor.example>
Description: tool of the tests
`;

let dir: string;
const content = Buffer.alloc(3_000_000, 'a tool that is longer than a chunk ');

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'distrokit-extract-'));
  for (const part of ['tree/DEBIAN', 'tree/usr/bin']) mkdirSync(join(dir, part), { recursive: true, mode: 0o755 });
  writeFileSync(join(dir, 'tree/DEBIAN/control'), CONTROL);
  writeFileSync(join(dir, 'tree/usr/bin/tool-1.0'), content);
  symlinkSync('tool-1.0', join(dir, 'tree/usr/bin/tool'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function extract(file: string, format: ExtractStep['format']): Promise<string> {
  const archive = readFileSync(join(dir, file));
  const source = { id: 'archive', path: 'harbor/a', outputs: ['file'] };
  const extracted: ExtractStep = {
    kind: 'extract',
    id: 'extract',
    path: 'harbor/a',
    outputs: ['tool'],
    archive: { step: 'archive', output: 'file' },
    format,
    members: { tool: 'usr/bin/tool' },
  };
  const plan = testPlan([
    { ...source, kind: 'file', file, sha256: sha256Of(archive), size: archive.length },
    extracted,
  ]);
  const store = await openStore(join(dir, 'store'));
  const { outputs } = await execute(plan, { store, runners: createRunners(), appDir: dir });
  return blobOf(outputs, { step: 'extract', output: 'tool' }).sha256;
}

describe.skipIf(requireTools('dpkg-deb', 'tar', 'xz', 'gzip', 'zstd'))('files are taken out of archives', () => {
  test.each(['xz', 'gzip', 'none'])('that dpkg-deb made with %s', async (compression) => {
    const file = `${compression}.deb`;
    execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', join(dir, 'tree'), join(dir, file)]);
    expect(await extract(file, 'deb')).toBe(sha256Of(content));
  });

  test.each(['xz', 'gzip', 'zstd'])('that GNU tar made with %s', async (compression) => {
    const file = `${compression}.tar`;
    execFileSync('tar', ['--create', `--${compression}`, '--file', join(dir, file), '-C', join(dir, 'tree'), './usr']);
    expect(await extract(file, 'tar')).toBe(sha256Of(content));
  });

  test('and a damaged or truncated one is refused with the construct', async () => {
    const bytes = readFileSync(join(dir, 'xz.tar'));
    writeFileSync(join(dir, 'short.tar'), bytes.subarray(0, bytes.length >> 1));
    await expect(extract('short.tar', 'tar')).rejects.toMatchObject({ code: 'FORMAT_INVALID', path: 'harbor/a' });
    bytes.writeUInt8((bytes.at(100) ?? 0) ^ 0xff, 100);
    writeFileSync(join(dir, 'bad.tar'), bytes);
    await expect(extract('bad.tar', 'tar')).rejects.toMatchObject({ code: 'FORMAT_INVALID', path: 'harbor/a' });
  });
});
