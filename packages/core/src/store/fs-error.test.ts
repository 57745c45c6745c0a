import { describe, expect, test } from 'vitest';
import { DistroError } from '../errors/distro-error.ts';
import { fsError, ifExists } from './fs-error.ts';

const failure = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

describe('fsError', () => {
  test.each([
    ['ENOSPC', 'DISK_FULL', 'no space left for /store/a'],
    ['EDQUOT', 'DISK_FULL', 'no space left for /store/a'],
    ['EACCES', 'PERMISSION_DENIED', 'cannot access /store/a: permission denied'],
    ['EROFS', 'PERMISSION_DENIED', 'cannot access /store/a: the file system is read-only'],
    ['ENOTDIR', 'PATH_INVALID', 'cannot use /store/a: a part of its path is not a directory'],
  ])('calls %s %s and names the file', (code, expected, message) => {
    expect(fsError(failure(code), '/store/a')).toMatchObject({ code: expected, message });
  });

  test('leaves other errors as they are', () => {
    for (const error of [failure('EIO'), new DistroError('CANCELLED', 'stopped'), 'text']) {
      expect(fsError(error, '/store/a')).toBe(error);
    }
  });
});

test('ifExists answers undefined for what does not exist, and nothing else', async () => {
  expect(await ifExists(Promise.resolve(1))).toBe(1);
  expect(await ifExists(Promise.reject(failure('ENOENT')))).toBeUndefined();
  await expect(ifExists(Promise.reject(failure('EACCES')))).rejects.toThrow('EACCES');
});
