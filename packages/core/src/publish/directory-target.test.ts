import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { bytesSource, type Blob } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { directoryTarget } from './directory-target.ts';

let root: string;

beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'directory-target-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  root = join(dir, 'site');
});

function textBlob(text: string): Blob {
  return { ...bytesSource(text), sha256: sha256Of(text) };
}

test('writes, replaces, describes, lists, copies and removes files', async () => {
  const target = directoryTarget(root);
  expect(await target.list('')).toEqual([]);
  expect(await target.read('a/b')).toBeUndefined();
  expect(await target.describe('a/b')).toBeUndefined();
  await target.write('a/b', textBlob('one'));
  await target.write('a/b', textBlob('two'));
  await target.write('c', textBlob(''));
  await target.copy('a/b', 'a/d');
  expect(Buffer.from((await target.read('a/d')) ?? []).toString()).toBe('two');
  expect(await target.describe('a/b')).toEqual({ sha256: sha256Of('two'), size: 3 });
  expect(await target.list('')).toEqual(['a/b', 'a/d', 'c']);
  expect(await target.list('a/')).toEqual(['a/b', 'a/d']);
  expect(await target.list('a/b')).toEqual(['a/b']);
  await target.remove('a/b');
  await target.remove('a/b');
  expect(await target.list('a/')).toEqual(['a/d']);
  expect((await stat(join(root, 'c'))).mode & 0o777).toBe(0o644);
});

test('replaces a name, never the file behind it', async () => {
  const target = directoryTarget(root);
  await target.write('a', textBlob('one'));
  await target.copy('a', 'b');
  await target.write('a', textBlob('two'));
  expect(await readFile(join(root, 'b'), 'utf8')).toBe('one');
});

test('leaves the old file when the new one cannot be read to its end', async () => {
  const target = directoryTarget(root);
  await target.write('a', textBlob('one'));
  const broken: Blob = {
    size: 4,
    sha256: '',
    async *read() {
      yield Buffer.from('tw');
      throw new Error('the network went away');
    },
  };
  await expect(target.write('a', broken)).rejects.toThrow('the network went away');
  expect(await readFile(join(root, 'a'), 'utf8')).toBe('one');
  expect(await target.list('')).toEqual(['a']);
});

test.each(['', '/etc/passwd', '../x', 'a/../../x', 'a//b', 'a/./b', 'a/'])('refuses the path %j', async (path) => {
  const target = directoryTarget(root);
  await expect(async () => target.write(path, textBlob('x'))).rejects.toMatchObject({ code: 'PATH_INVALID' });
});

test('stops on a signal and says what is in the way', async () => {
  const target = directoryTarget(root);
  const stopped = target.write('a', textBlob('x'), { signal: AbortSignal.abort() });
  await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  await mkdir(root, { recursive: true });
  await writeFile(join(root, 'file'), '');
  await expect(target.write('file/below', textBlob('x'))).rejects.toMatchObject({ code: 'PATH_INVALID' });
});
