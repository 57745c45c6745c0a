import type { Problem } from '../errors/distro-error.ts';
import type { Source } from './source.ts';

/**
 * What is wrong with a declared source by itself: `PROPS_INVALID`, `PATH_INVALID` or `NAME_INVALID`. Declaring never
 * throws, so that the construct that takes the source can report it with the rest.
 */
export function sourceProblems(source: Source): readonly Problem[] {
  switch (source.kind) {
    case 'go-module': {
      const what = `go module ${source.module}`;
      const none = problemIf(Object.keys(source.commands).length === 0, `${what} is declared without a command`);
      const outside = Object.values(source.commands).flatMap((path) => insideProblems(path, what));
      const names = Object.keys(source.commands).flatMap((name) => fileNameProblems(name, what));
      return [...moduleProblems(source.module), ...none, ...outside, ...names];
    }
    case 'c-program': {
      const what = `C program ${source.name}`;
      const none = problemIf(source.files.length === 0, `${what} is declared without a file`);
      const outside = source.files.flatMap((path) => insideProblems(path, what));
      return [...moduleProblems(source.module), ...fileNameProblems(source.name, what), ...none, ...outside];
    }
    case 'url':
      return Object.values(source.files).flatMap(addressProblems);
    case 'file':
      return fileProblems(source.path);
    case 'debian':
      return debianProblems(source.package);
    case 'debian-closure':
      return source.packages.flatMap(debianProblems);
  }
}

function debianProblems(name: string): readonly Problem[] {
  if (/^[a-z0-9][a-z0-9+.-]+$/u.test(name)) return [];
  return [{ code: 'NAME_INVALID', message: `'${name}' is not the name of a Debian package` }];
}

function problemIf(condition: boolean, message: string): readonly Problem[] {
  return condition ? [{ code: 'PROPS_INVALID', message }] : [];
}

function moduleProblems(module: string): readonly Problem[] {
  if (/^[a-z0-9.-]+(\/[\w.~-]+)*$/u.test(module) && !module.startsWith('.')) return [];
  const hint = 'a module path looks like example.com/agent, without a scheme and without a version';
  return [{ code: 'PROPS_INVALID', message: `'${module}' is not the path of a Go module`, hint }];
}

function fileNameProblems(name: string, what: string): readonly Problem[] {
  if (/^[A-Za-z0-9_][A-Za-z0-9._+-]*$/u.test(name)) return [];
  return [{ code: 'NAME_INVALID', message: `${what} names a binary '${name}', which is not a plain file name` }];
}

function insideProblems(path: string, what: string): readonly Problem[] {
  const inside = !path.split('/').includes('..') && !path.startsWith('/') && !/\p{Cc}/u.test(path) && path !== '';
  return inside ? [] : [{ code: 'PATH_INVALID', message: `${what} names '${path}', which is not a path inside it` }];
}

function fileProblems(path: string): readonly Problem[] {
  const hint = 'paths are relative to the directory of the app and stay inside it: put the file there';
  return insideProblems(path, '').map(({ code }) => ({
    code,
    message: `the file ${JSON.stringify(path)} is not in the directory of the app`,
    hint,
  }));
}

function addressProblems(address: string): readonly Problem[] {
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  if (parsed?.password) return [{ code: 'PROPS_INVALID', message: `the address on ${parsed.host} holds a password` }];
  const known = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  return known ? [] : [{ code: 'PROPS_INVALID', message: `'${address}' is not an http or https address` }];
}
