import { DistroError } from '../errors/distro-error.ts';
import type { ArchName } from '../model/arch.ts';
import type { GoBuildStep } from '../plan/document.ts';

/** What sets the instruction set: the oldest that Go supports and every distribution runs on, never the user's choice. */
const INSTRUCTION_SETS: Readonly<Record<ArchName, Readonly<Record<string, string>>>> = {
  amd64: { GOAMD64: 'v1' },
  arm64: { GOARM64: 'v8.0' },
  ppc64le: { GOPPC64: 'power8' },
  s390x: {},
};

/** The variables that choose what `go build` builds for. */
export function goTarget(arch: ArchName): Readonly<Record<string, string>> {
  return { GOOS: 'linux', GOARCH: arch, ...INSTRUCTION_SETS[arch] };
}

/** The arguments of `go build` before the packages: everything that the user's GOFLAGS could have changed is said. */
export function goBuildArguments(
  step: Pick<GoBuildStep, 'tags' | 'variables' | 'cgo'>,
  cores: number,
): readonly string[] {
  const tags = [...step.tags].sort();
  return [
    'build',
    '-mod=readonly',
    '-trimpath',
    '-buildvcs=false',
    `-p=${Math.max(1, cores)}`,
    ...(tags.length === 0 ? [] : [`-tags=${tags.join(',')}`]),
    `-ldflags=${linkerFlags(step)}`,
  ];
}

/** Symbols are stripped. Build ids of a cgo build depend on the compiler's paths, so it gets none. */
function linkerFlags({ variables, cgo }: Pick<GoBuildStep, 'variables' | 'cgo'>): string {
  const names = Object.keys(variables).sort();
  const sets = names.map((name) => `-X ${quoted(`${name}=${variables[name]}`)}`);
  const external = ['-buildid=', '-linkmode external', `-extldflags ${quoted(externalFlags(cgo?.target ?? ''))}`];
  return ['-s -w', ...(cgo === undefined ? [] : external), ...sets].join(' ');
}

function externalFlags(target: string): string {
  return target.endsWith('-musl') ? '-static -Wl,--build-id=none' : '-Wl,--build-id=none';
}

/** Quotes as the go command reads them: one kind around, nothing escaped inside. */
function quoted(text: string): string {
  if (!/[\s'"]/u.test(text)) return text;
  if (!text.includes("'")) return `'${text}'`;
  if (!text.includes('"')) return `"${text}"`;
  throw new DistroError('TEXT_INVALID', `link-time variable ${text} holds both kinds of quotes`);
}

/**
 * What `go build` calls the binary of a package: the last element of its import path that is not a major version.
 *
 * @see https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies
 */
export function binaryName(importPath: string): string {
  const elements = importPath.split('/');
  const last = elements.at(-1) ?? '';
  return elements.length > 1 && /^v[1-9][0-9]*$/u.test(last) && last !== 'v1' ? (elements.at(-2) ?? last) : last;
}

/** Packages in as few `go build` runs as their names allow: two binaries of one name cannot go to one directory. */
export function buildRuns(commands: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  const runs: { readonly names: Set<string>; readonly packages: string[] }[] = [];
  for (const path of [...new Set(Object.values(commands))].sort()) {
    const name = binaryName(path);
    let run = runs.find(({ names }) => !names.has(name));
    if (run === undefined) runs.push((run = { names: new Set(), packages: [] }));
    run.names.add(name);
    run.packages.push(path);
  }
  return runs.map(({ packages }) => packages);
}
