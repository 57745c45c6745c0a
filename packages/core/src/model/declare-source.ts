import { DistroError } from '../errors/distro-error.ts';
import { ARCH_NAMES, type ArchName } from './arch.ts';
import type { CSource, DebianSource, FileSource, GoModuleSource, UrlSource } from './source.ts';

/** What {@link goModule} takes beside the module's path. */
export interface GoModuleOptions extends Omit<GoModuleSource, 'kind' | 'module' | 'commands'> {
  /**
   * The packages to build. A list names directories of the module, such as `./cmd/agent`, and each binary is called
   * like its directory; a record gives each binary a name and takes directories or whole import paths.
   */
  readonly commands: readonly string[] | Readonly<Record<string, string>>;
}

/**
 * Binaries built from a Go module: `goModule('example.com/agent', { commands: ['./cmd/agent'] })`.
 *
 * @throws PROPS_INVALID for a module path that is none, or no command.
 */
export function goModule(module: string, options: GoModuleOptions): GoModuleSource {
  checkModule(module);
  const { commands, ...rest } = options;
  const named = isList(commands) ? commands.map((path) => [commandName(module, path), path]) : Object.entries(commands);
  if (named.length === 0) throw new DistroError('PROPS_INVALID', `go module ${module} is declared without a command`);
  const paths = named.map(([name = '', path = '']) => [name, importPath(module, path)]);
  return { kind: 'go-module', module, commands: Object.fromEntries(paths), ...rest };
}

/** What {@link cProgram} takes beside the program's name. */
export interface CProgramOptions extends Pick<CSource, 'module' | 'version' | 'files'> {
  /** @default 'musl', a static binary */
  readonly libc?: CSource['libc'];
  /** Arguments for the compiler, such as `-Os`; `{version}` is replaced. @default [] */
  readonly cflags?: readonly string[];
}

/**
 * One C program compiled from files of a Go module.
 *
 * @throws PROPS_INVALID for a module path that is none, or no file.
 * @throws PATH_INVALID for a file that would leave the module.
 */
export function cProgram(name: string, options: CProgramOptions): CSource {
  checkModule(options.module);
  if (options.files.length === 0)
    throw new DistroError('PROPS_INVALID', `C program ${name} is declared without a file`);
  for (const path of options.files) checkInside(path, `C program ${name}`);
  return { kind: 'c-program', name, libc: 'musl', cflags: [], ...options };
}

/** What {@link url} takes beside the files. */
export interface UrlOptions extends Pick<UrlSource, 'sha256From' | 'extract'> {
  /** The architectures that are published. @default every supported one */
  readonly arches?: readonly ArchName[];
}

/**
 * Files downloaded by http or https, by the name each gets:
 * `url({ agent: 'https://files.example/v{version}/agent-{arch}' }, { sha256From: '{url}.sha256' })`.
 *
 * @throws PROPS_INVALID for an address that is none, of another scheme, or with a password in it.
 */
export function url(files: Readonly<Record<string, string>>, options: UrlOptions = {}): UrlSource {
  for (const address of Object.values(files)) checkAddress(address);
  return { kind: 'url', files, ...options, arches: options.arches ?? ARCH_NAMES };
}

/**
 * A file beside the program, by its path relative to the app's directory.
 *
 * @throws PATH_INVALID for a path that is absolute or leaves that directory.
 */
export function file(path: string): FileSource {
  checkInside(path, 'file source');
  return { kind: 'file', path };
}

/**
 * A package of a signed Debian suite: `debian('iptables', { suite: 'trixie' })`.
 *
 * @throws NAME_INVALID for a name that no Debian package can have.
 */
export function debian(name: string, options: Omit<DebianSource, 'kind' | 'package'> = {}): DebianSource {
  if (!/^[a-z0-9][a-z0-9+.-]+$/u.test(name)) {
    throw new DistroError('NAME_INVALID', `'${name}' is not the name of a Debian package`);
  }
  return { kind: 'debian', package: name, ...options };
}

function isList(commands: GoModuleOptions['commands']): commands is readonly string[] {
  return Array.isArray(commands);
}

/** Go's own rule for the name of an installed command: the last element that is not a major version suffix. */
function commandName(module: string, path: string): string {
  const elements = importPath(module, path).split('/');
  const last = elements.at(-1) ?? '';
  return (elements.length > 1 && /^v[0-9]+$/u.test(last) ? elements.at(-2) : last) ?? '';
}

function importPath(module: string, path: string): string {
  if (path === '.') return module;
  if (!path.startsWith('./')) return path;
  checkInside(path.slice(2), `go module ${module}`);
  return `${module}/${path.slice(2)}`;
}

function checkModule(module: string): void {
  if (/^[a-z0-9][a-z0-9.-]*(\/[\w~-][\w.~-]*)*$/u.test(module)) return;
  throw new DistroError('PROPS_INVALID', `'${module}' is not the path of a Go module`, {
    hint: 'a module path looks like example.com/agent, without a scheme and without a version',
  });
}

function checkInside(path: string, what: string): void {
  const elements = path.split('/');
  const inside = !elements.includes('..') && !path.startsWith('/') && !path.includes('\0') && path !== '';
  if (!inside) throw new DistroError('PATH_INVALID', `${what} names '${path}', which is not a path inside it`);
}

function checkAddress(address: string): void {
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  if (parsed?.password) throw new DistroError('PROPS_INVALID', `the address on ${parsed.host} holds a password`);
  if (parsed?.protocol === 'https:' || parsed?.protocol === 'http:') return;
  throw new DistroError('PROPS_INVALID', `'${address}' is not an http or https address`);
}
