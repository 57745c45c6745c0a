import { bytesSource, type ByteSource } from '../../model/bytes.ts';
import { compareText } from '../../model/json.ts';
import type { LayerFile } from '../../model/layer-entry.ts';

/** A package as dpkg knows it once it is installed. */
export interface InstalledPackage {
  readonly name: string;
  /** The text of its control file. */
  readonly control: string;
}

/** dpkg's list of what is installed, which scanners read to know of vulnerabilities. Undefined for nothing. */
export function dpkgStatus(packages: readonly InstalledPackage[]): LayerFile<ByteSource> | undefined {
  if (packages.length === 0) return undefined;
  const paragraphs = packages
    .toSorted((a, b) => compareText(a.name, b.name))
    .map(({ control }) => `${control.replace(/^(Package:.*)$/m, '$1\nStatus: install ok installed').trimEnd()}\n`);
  return {
    type: 'file',
    path: '/var/lib/dpkg/status',
    mode: 0o644,
    uid: 0,
    gid: 0,
    content: bytesSource(paragraphs.join('\n')),
  };
}
