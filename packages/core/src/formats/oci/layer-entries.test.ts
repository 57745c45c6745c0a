import { describe, expect, test } from 'vitest';
import type { LayerEntry } from '../../model/layer-entry.ts';
import { layerEntries, layerProblems } from './layer-entries.ts';

const root = { mode: 0o755, uid: 0, gid: 0 };
const file = (path: string): LayerEntry<string> => ({ ...root, type: 'file', path, content: path });
const link = (path: string, target: string, type: 'symlink' | 'hardlink' = 'symlink'): LayerEntry<string> => ({
  ...root,
  type,
  path,
  target,
});
const messages = (...entries: readonly LayerEntry<string>[]): readonly string[] =>
  layerProblems(entries).map(({ code, message }) => `${code} ${message}`);

describe('layerEntries', () => {
  test('adds the directories above, each before what it holds', () => {
    const paths = layerEntries([file('/usr/bin/b'), file('/usr/bin-a'), file('/etc/x')]).map(({ path }) => path);
    expect(paths).toEqual(['/etc', '/etc/x', '/usr', '/usr/bin', '/usr/bin-a', '/usr/bin/b']);
  });

  test('keeps a directory as it is declared', () => {
    const tmp: LayerEntry<string> = { type: 'directory', path: '/tmp', mode: 0o1777, uid: 0, gid: 0 };
    expect(layerEntries([file('/tmp/a'), tmp])).toEqual([tmp, file('/tmp/a')]);
  });

  test('puts hard links after all files', () => {
    const paths = layerEntries([link('/a', '/z', 'hardlink'), file('/z')]).map(({ path }) => path);
    expect(paths).toEqual(['/z', '/a']);
  });
});

describe('layerProblems', () => {
  test('accepts what can be written', () => {
    expect(messages(file('/usr/bin/a'), link('/bin', 'usr/bin'), link('/b', '/usr/bin/a', 'hardlink'))).toEqual([]);
  });

  test.each([
    ['usr/bin', 'PATH_INVALID path "usr/bin" is not absolute'],
    ['/../etc/shadow', 'PATH_INVALID path "/../etc/shadow" holds a . or .. component'],
    ['/a//b', 'PATH_INVALID path "/a//b" holds an empty component'],
    ['/a/', 'PATH_INVALID path "/a/" ends with a slash'],
    ['/', 'PATH_INVALID path "/" is the root directory'],
    ['/a\nb', 'PATH_INVALID path "/a\\nb" holds a control character'],
    ['/a\0b', 'PATH_INVALID path "/a\\u0000b" holds a control character'],
    ['/usr/.wh.bin', 'PATH_INVALID path "/usr/.wh.bin" has a name that begins with .wh., which means deletion'],
    [`/${'a'.repeat(256)}`, `PATH_INVALID path "/${'a'.repeat(256)}" holds a component of more than 255 bytes`],
  ])('refuses the path %j', (path, problem) => {
    expect(messages(file(path))).toEqual([problem]);
  });

  test('refuses a path twice, and one below something that is no directory', () => {
    expect(messages(file('/a'), file('/a'))).toEqual(['FILE_COLLISION /a is in the layer twice']);
    expect(messages(link('/lib', 'usr/lib'), file('/lib/x'))).toEqual([
      'PATH_INVALID path "/lib/x" lies below /lib, which is a symlink',
    ]);
  });

  test('refuses links that lead nowhere', () => {
    expect(messages(link('/a', ''))).toEqual(['PATH_INVALID path "/a" points to ""']);
    expect(messages(link('/a', 'b\nc'))).toEqual(['PATH_INVALID path "/a" points to "b\\nc"']);
    expect(messages(link('/a', '/b', 'hardlink'))).toEqual([
      'PATH_INVALID path "/a" is a hard link to /b, which is no file of the layer',
    ]);
  });

  test('refuses modes and owners that do not fit', () => {
    expect(
      messages({ ...file('/a'), mode: 0o10000 }, { ...file('/b'), uid: -1 }, { ...file('/c'), gid: 2 ** 32 }),
    ).toEqual([
      'FORMAT_LIMIT /a: its mode 4096 is not from 0 to 0o7777',
      'FORMAT_LIMIT /b: its owner -1 is not a number of a user or group',
      'FORMAT_LIMIT /c: its group 4294967296 is not a number of a user or group',
    ]);
  });
});
