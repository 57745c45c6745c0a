import { ARCH_NAMES, type ArchName, nearest, tryArchOfNode } from '@distrokit/core/toolkit';
import { usageError } from './problems.ts';

/**
 * The architectures that `--arch` names, `host` being this machine's; undefined, for all, when it was not given.
 *
 * @throws USAGE for a name that is none, with the nearest that is
 */
export function archesOf(
  names: readonly string[] | undefined,
  nodeArch: string = process.arch,
): readonly ArchName[] | undefined {
  if (names === undefined) return undefined;
  return [...new Set(names.map((name) => (name === 'host' ? hostArch(nodeArch) : archOf(name))))];
}

function archOf(name: string): ArchName {
  const arch = ARCH_NAMES.find((candidate) => candidate === name);
  if (arch !== undefined) return arch;
  const known = [...ARCH_NAMES, 'host'];
  const near = nearest(name, known);
  throw usageError(
    `there is no architecture ${JSON.stringify(name)}`,
    near === undefined ? `known: ${known.join(', ')}` : `did you mean ${near}?`,
  );
}

function hostArch(nodeArch: string): ArchName {
  const arch = tryArchOfNode(nodeArch);
  if (arch !== undefined) return arch;
  throw usageError(
    `this machine's architecture ${nodeArch} is none that a distribution is made for`,
    `use one of ${ARCH_NAMES.join(', ')}`,
  );
}
