import { goPurl, formatPurl } from '../supply-chain/sbom/purl.ts';
import { dirHash } from '../formats/go-module-info.ts';
import { compareText } from '../model/json.ts';
import type { DebianStep, GoModuleSet, Plan, Step } from '../plan/document.ts';
import { referencesOf } from '../plan/references.ts';
import type { ResourceDescriptor } from '../supply-chain/provenance/statement.ts';

/** Gives everything from outside that went into a step: what the lock pins, each once, sorted by its address. */
export function createMaterials(plan: Plan): (stepId: string) => readonly ResourceDescriptor[] {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const found = new Map<string, ReadonlyMap<string, ResourceDescriptor>>();

  // Many packages are made from the same few builds.
  const collect = (id: string): ReadonlyMap<string, ResourceDescriptor> => {
    const known = found.get(id);
    if (known !== undefined) return known;
    const step = steps.get(id);
    const own = step === undefined ? [] : materialsOf(step).map((material) => [material.uri ?? '', material] as const);
    const inputs = step === undefined ? [] : [...new Set(referencesOf(step).map((ref) => ref.step))];
    const all = new Map([...own, ...inputs.flatMap((input) => [...collect(input)])]);
    found.set(id, all);
    return all;
  };
  return (id) => [...collect(id)].sort(([a], [b]) => compareText(a, b)).map(([, material]) => material);
}

function materialsOf(step: Step): readonly ResourceDescriptor[] {
  switch (step.kind) {
    case 'file':
      return [{ uri: `file:${encodeURI(step.file)}`, digest: { sha256: step.sha256 } }];
    case 'url':
      return [{ uri: step.url, digest: { sha256: step.sha256 } }];
    case 'debian':
      return [{ uri: debianPurl(step), digest: { sha256: step.sha256 } }];
    case 'go-build':
      return [
        tool('go', step.go),
        ...(step.cgo === undefined ? [] : [tool('zig', step.cgo.zig)]),
        ...modulesOf(step.modules),
      ];
    case 'c-build':
      return [tool('go', step.go), tool('zig', step.compiler.zig), ...modulesOf(step.modules)];
    default:
      return [];
  }
}

/** A Debian package as scanners know it. */
export function debianPurl({ package: name, version, arch, suite }: Omit<DebianStep, 'kind'>): string {
  return formatPurl({ type: 'deb', namespace: 'debian', name, version, qualifiers: { arch, distro: suite } });
}

function tool(name: string, version: string): ResourceDescriptor {
  return { uri: formatPurl({ type: 'generic', name, version }) };
}

/** Every module whose files the build may have read: those whose checksum is in go.sum, and the one that is built. */
function modulesOf({ module, version, sum, goSum }: GoModuleSet): readonly ResourceDescriptor[] {
  const lines = goSum.split('\n').map((line) => line.split(' '));
  const listed = lines.filter(([, listedVersion = '']) => listedVersion !== '' && !listedVersion.endsWith('/go.mod'));
  return [[module, version, sum], ...listed].map(([path = '', found = '', checksum = '']) => ({
    uri: goPurl(path, found),
    digest: { dirHash1: dirHash(checksum) ?? '' },
  }));
}
