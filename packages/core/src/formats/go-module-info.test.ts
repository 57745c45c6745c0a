import { describe, expect, test } from 'vitest';
import { builtModule, dirHash, parseGoModuleInfo } from './go-module-info.ts';

const SUM = `h1:${'B'.repeat(43)}=`;
const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

describe('what go version -m prints', () => {
  test('replacements belong to the module before them', () => {
    const info = parseGoModuleInfo(
      lines(
        'mod\texample.com/agent\tv1.0.0',
        '=>\t./patched\t',
        'dep\texample.com/a\tv0.0.0',
        `=>\texample.com/b\tv0.2.0\t${SUM}`,
        `dep\texample.com/c\tv0.3.0\t${SUM}`,
      ),
    );
    expect(info.main).toEqual({
      path: 'example.com/agent',
      version: 'v1.0.0',
      replacement: { path: './patched', version: '' },
    });
    expect(info.dependencies.map(builtModule)).toEqual([
      { path: 'example.com/b', version: 'v0.2.0', sum: SUM },
      { path: 'example.com/c', version: 'v0.3.0', sum: SUM },
    ]);
    expect(info.main && builtModule(info.main)).toEqual({ path: 'example.com/agent', version: 'v1.0.0' });
  });

  test.each([
    ['-ldflags=-s', ['-ldflags', '-s']],
    ['-ldflags="-s -w"', ['-ldflags', '-s -w']],
    ['-tags=', ['-tags', '']],
    [String.raw`-ldflags="-X \"a=b\"\n\x41\u0042\U00000043"`, ['-ldflags', '-X "a=b"\nABC']],
    ['"a=b"=`c\\d`', ['a=b', 'c\\d']],
    [String.raw`a="\Uffffffff"`, ['a', '\ufffd']],
  ])('a setting %s', (text, setting) => {
    expect(parseGoModuleInfo(lines(`build\t${text}`)).settings).toEqual([setting]);
  });

  test('lines of a kind that is not known are skipped', () => {
    expect(parseGoModuleInfo(lines('future\tthing', '', 'path\tmain'))).toEqual({
      path: 'main',
      dependencies: [],
      settings: [],
    });
  });

  test.each([
    ['a replacement of nothing', '=>\t./patched\t'],
    ['a module without a version', 'dep\texample.com/a'],
    ['a module with a column too many', `dep\texample.com/a\tv1.0.0\t${SUM}\tmore`],
    ['a checksum of another kind', 'dep\texample.com/a\tv1.0.0\th2:abc='],
    ['a setting without a value', 'build\tCGO_ENABLED'],
    ['a setting without a name', 'build\t=0'],
  ])('%s is refused', (_, line) => {
    expect(() => parseGoModuleInfo(lines(line))).toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
  });

  test('more lines than any program has are refused', () => {
    expect(() => parseGoModuleInfo('\n'.repeat(60_000))).toThrow(expect.objectContaining({ code: 'FORMAT_LIMIT' }));
  });
});

test('the digest in a checksum is 32 bytes in hexadecimal', () => {
  expect(dirHash(SUM)).toMatch(/^[0-9a-f]{64}$/);
  expect(dirHash('h2:abc=')).toBeUndefined();
});
