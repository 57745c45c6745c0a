import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireTools } from '../support/tools.ts';

const WRITER = fileURLToPath(new URL('../support/release-writer.ts', import.meta.url));

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-full-'));
  await mkdir(join(dir, 'disk'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Line {
  readonly ran?: number;
  readonly problems?: readonly { readonly code: string; readonly message: string }[];
}

/** Runs shell lines in a mount namespace of their own, with a small disk at $DISK; what they print is JSON lines. */
async function onSmallDisk(size: string, script: string): Promise<readonly Line[]> {
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const setUp = `set -u; mount -t tmpfs -o size=${size} none "$DISK" || exit 9; write() { "$NODE" "$WRITER" "$@" || true; }`;
  const env = { ...process.env, DISK: join(dir, 'disk'), DIR: dir, NODE: process.execPath, WRITER };
  const args = [...asRoot, '--mount', 'sh', '-c', `${setUp}\n${script}`];
  const { stdout } = await promisify(execFile)('unshare', args, { env });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const codes = (line: Line | undefined): readonly string[] | undefined => line?.problems?.map(({ code }) => code);

describe.skipIf(requireTools('unshare'))('a disk that is full or read-only', () => {
  test('ends a build with one error that names the place; with room it goes on', async () => {
    const [full, again] = await onSmallDisk(
      '1m',
      `write "$DISK/store" "$DIR/dist" one
       mount -o remount,size=64m "$DISK"
       write "$DISK/store" "$DIR/dist" one`,
    );
    expect(codes(full)).toEqual(['DISK_FULL']);
    expect(full?.problems?.[0]?.message).toContain(join(dir, 'disk/store'));
    expect(again?.ran).toBeGreaterThan(0);
  });

  test('leaves the old release as it is, and nothing beside it', async () => {
    const whole = `(cd "$DISK/dist" && sha256sum --check --quiet SHA256SUMS && echo '{"ran": 1000}'); ls -A "$DISK" | grep -vx dist || true`;
    const lines = await onSmallDisk(
      '6m',
      `write "$DIR/store" "$DISK/dist" one
       write "$DIR/store" "$DISK/dist" two
       ${whole}
       mount -o remount,ro "$DISK"
       write "$DIR/store" "$DISK/dist" two
       ${whole}`,
    );
    expect(lines).toHaveLength(5);
    const [one, full, afterFull, readOnly, afterReadOnly] = lines;
    expect(one?.ran).toBeGreaterThan(0);
    expect(codes(full)).toEqual(['DISK_FULL']);
    expect(full?.problems?.[0]?.message).toContain(join(dir, 'disk'));
    expect(afterFull).toEqual({ ran: 1000 });
    expect(codes(readOnly)).toEqual(['PERMISSION_DENIED']);
    expect(readOnly?.problems?.[0]?.message).toContain('read-only');
    expect(afterReadOnly).toEqual({ ran: 1000 });
  });

  test('a store that cannot be written is an error that names it', async () => {
    const [line] = await onSmallDisk('1m', `mount -o remount,ro "$DISK"; write "$DISK/store" "$DIR/dist" one`);
    expect(codes(line)).toEqual(['PERMISSION_DENIED']);
    expect(line?.problems?.[0]?.message).toContain(join(dir, 'disk/store'));
  });
});
