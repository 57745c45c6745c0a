import { expect, test } from 'vitest';
import { findSha256 } from './resolve-url.ts';

const [a, b] = ['a'.repeat(64), 'B'.repeat(64)];

test.each([
  ['a digest alone', `${a}\n`, a],
  ['one line of sha256sum', `${a}  kubelet\n`, a],
  ['a list', `${b} *kubectl\n${a}  ./bin/kubelet\r\n`, a],
  ['upper case', `${a.toUpperCase()}  kubelet`, a],
  ['the digest of another file', `${a}  kubectl\n`, undefined],
  ['a page of something else', '<html>not found</html>', undefined],
  ['a sha512', `${a}${a}  kubelet`, undefined],
])('findSha256 reads %s', (_what, text, found) => {
  expect(findSha256(text, 'kubelet')).toBe(found);
});
