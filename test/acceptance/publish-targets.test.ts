import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bytesSource, type Blob } from '../../packages/core/src/model/bytes.ts';
import { sha256Of } from '../../packages/core/src/model/digest.ts';
import { directoryTarget } from '../../packages/core/src/publish/directory-target.ts';
import type { PublishTarget } from '../../packages/core/src/publish/publish-target.ts';
import { s3Target } from '../../packages/core/src/publish/s3-target.ts';
import { withTargetLock } from '../../packages/core/src/publish/target-lock.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { requireTools } from '../support/tools.ts';

function textBlob(text: string): Blob {
  return { ...bytesSource(text), sha256: sha256Of(text) };
}

/** What every place that is published to keeps. */
function testTarget(newTarget: () => PublishTarget): void {
  let target: PublishTarget;
  beforeEach(() => {
    target = newTarget();
  });

  test('writes, replaces, describes, lists, copies and removes', async () => {
    expect(await target.list('')).toEqual([]);
    expect(await target.read('a/b')).toBeUndefined();
    expect(await target.describe('a/b')).toBeUndefined();
    await target.write('a/b', textBlob('one'));
    await target.write('a/b', textBlob('two'));
    await target.write('a/ü +%.deb', textBlob(''));
    await target.copy('a/b', 'c/d~1');
    await target.copy('a/ü +%.deb', 'c/e:2');
    expect(Buffer.from((await target.read('c/d~1')) ?? []).toString()).toBe('two');
    expect(await target.describe('a/b')).toEqual({ sha256: sha256Of('two'), size: 3 });
    expect(await target.describe('c/d~1')).toEqual({ sha256: sha256Of('two'), size: 3 });
    expect(await target.describe('c/e:2')).toEqual({ sha256: sha256Of(''), size: 0 });
    expect(await target.list('')).toEqual(['a/b', 'a/ü +%.deb', 'c/d~1', 'c/e:2']);
    expect(await target.list('a/')).toEqual(['a/b', 'a/ü +%.deb']);
    await target.remove('a/b');
    await target.remove('a/b');
    expect(await target.list('')).toEqual(['a/ü +%.deb', 'c/d~1', 'c/e:2']);
  });

  test('takes files larger than a buffer, in chunks', async () => {
    const chunk = Buffer.alloc(1 << 20, 'x');
    const whole = Buffer.concat(Array.from({ length: 20 }, () => chunk));
    const blob: Blob = {
      size: whole.length,
      sha256: sha256Of(whole),
      async *read() {
        for (let sent = 0; sent < whole.length; sent += chunk.length) yield chunk;
      },
    };
    await target.write('large', blob);
    expect(await target.describe('large')).toEqual({ sha256: blob.sha256, size: blob.size });
    expect(sha256Of((await target.read('large')) ?? '')).toBe(blob.sha256);
  });

  test('lets one publish at a time', async () => {
    let working = 0;
    await Promise.all(
      Array.from({ length: 4 }, () =>
        withTargetLock(target, async ({ assertHeld }) => {
          working += 1;
          await target.write('state', textBlob(String(working)));
          await assertHeld();
          expect(working).toBe(1);
          working -= 1;
        }),
      ),
    );
    expect(await target.list('')).toEqual(['state']);
  });

  test('leaves nothing of a file that could not be read to its end', async () => {
    const broken: Blob = {
      size: 8,
      sha256: sha256Of('12345678'),
      async *read() {
        yield Buffer.from('1234');
        throw new Error('the disk went away');
      },
    };
    await expect(target.write('broken', broken)).rejects.toThrow('the disk went away');
    expect(await target.read('broken')).toBeUndefined();
  });
}

describe.skipIf(requireTools('go'))('places to publish to', () => {
  let dir: string;
  let server: S3Server;
  let count = 0;
  const before = { ...process.env };

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'distrokit-targets-'));
    server = await startS3Server();
    Object.assign(process.env, server.env);
  });
  afterAll(async () => {
    for (const name of Object.keys(server.env)) delete process.env[name];
    Object.assign(process.env, before);
    await server[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true, force: true });
  });

  describe('a directory', () => {
    testTarget(() => directoryTarget(join(dir, `site-${(count += 1)}`)));
  });
  describe('a prefix of a bucket', () => {
    testTarget(() => s3Target(`s3://${server.bucket}/site-${(count += 1)}`));
  });

  test('says who refused, without the secret', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'not-the-secret';
    const refused = s3Target(`s3://${server.bucket}/other`).write('a', textBlob('x'));
    await expect(refused).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.not.stringContaining('not-the-secret') as string,
    });
    process.env['AWS_SECRET_ACCESS_KEY'] = server.env['AWS_SECRET_ACCESS_KEY'];
    const missing = s3Target('s3://no-such-bucket/x').read('a');
    await expect(missing).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
    expect(() => s3Target('s3://A/x')).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
