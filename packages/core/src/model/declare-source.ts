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
 */
export function goModule(module: string, options: GoModuleOptions): GoModuleSource {
  const { commands, ...rest } = options;
  const named = isList(commands)
    ? commands.map((path) => [commandName(module, path), path] as const)
    : Object.entries(commands);
  const paths: Record<string, string> = {};
  for (const [name, path] of named) paths[name] = importPath(module, path);
  return { kind: 'go-module', module, commands: paths, ...rest };
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
 */
export function cProgram(name: string, options: CProgramOptions): CSource {
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
 */
export function url(files: Readonly<Record<string, string>>, options: UrlOptions = {}): UrlSource {
  return { kind: 'url', files, ...options, arches: options.arches ?? ARCH_NAMES };
}

/**
 * A file beside the program, by its path relative to the app's directory.
 */
export function file(path: string): FileSource {
  return { kind: 'file', path };
}

/**
 * A package of a signed Debian suite: `debian('iptables', { suite: 'trixie' })`.
 */
export function debian(name: string, options: Omit<DebianSource, 'kind' | 'package'> = {}): DebianSource {
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
  return path.startsWith('./') ? `${module}/${path.slice(2)}` : path;
}
