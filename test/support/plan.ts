import type { FileStep, PackageStep, Plan, PlanDistro, Step } from '../../packages/core/src/plan/document.ts';
import type { PackageContent, PackageFile } from '../../packages/core/src/model/package-spec.ts';
import { sha256Of } from '../../packages/core/src/model/digest.ts';

/** A small plan for tests of what reads plans; `distro` replaces members of what it says of the distribution. */
export function testPlan(steps: readonly Step[], distro: Partial<PlanDistro> = {}): Plan {
  return {
    schemaVersion: 1,
    distro: {
      name: 'harbor',
      version: '1.0.0',
      channel: 'stable',
      vendor: { name: 'Harbor', email: 'release@harbor.example', url: 'https://harbor.example' },
      date: '2026-11-21T00:00:00Z',
      registry: 'registry.harbor.example',
      targets: ['debian12', 'el9'],
      arches: [{ name: 'amd64', tier: 1, path: 'harbor/amd64' }],
      kernel: { version: '1.36.3', path: 'harbor/kernel', components: [] },
      components: [],
      addOns: [],
      drivers: [],
      installers: [],
      tree: { id: 'harbor', path: 'harbor', kind: 'Distro', dependsOn: [], children: [] },
      ...distro,
    },
    steps,
  };
}

/** A step that takes a file of this content into the store. */
export function testFileStep(file: string, content: string, path = 'harbor/file'): FileStep {
  return {
    kind: 'file',
    id: `file ${file}`,
    path,
    outputs: ['file'],
    file,
    sha256: sha256Of(content),
    size: Buffer.byteLength(content),
  };
}

/** A step that makes a package of some files. */
export function testPackageStep(
  name: string,
  files: Readonly<Record<string, PackageContent>>,
  options: Partial<Pick<PackageStep, 'format' | 'path' | 'compression' | 'component'>> = {},
): PackageStep {
  const format = options.format ?? 'deb';
  const file = format === 'deb' ? `${name}_1.0.0-1_amd64.deb` : `${name}-1.0.0-1.x86_64.rpm`;
  return {
    kind: 'package',
    id: `package packages/amd64/${file}`,
    path: `harbor/${name}`,
    outputs: ['package'],
    compression: 'gzip',
    file: `packages/amd64/${file}`,
    ...options,
    format,
    spec: {
      name,
      version: '1.0.0',
      release: '1',
      arch: 'amd64',
      summary: 'agent that reports the state of a node',
      description: 'The agent reads the state of a node and reports it.',
      license: 'Apache-2.0',
      homepage: 'https://harbor.example',
      vendor: 'Harbor',
      maintainer: 'Harbor <release@harbor.example>',
      section: 'admin',
      relations: {},
      files: Object.entries(files).map(([path, content]): PackageFile => ({
        type: 'file',
        path,
        mode: 0o755,
        owner: 'root',
        group: 'root',
        content,
      })),
      scripts: {},
      units: [],
      sysusers: [],
      tmpfiles: [],
      changelog: [
        { version: '1.0.0-1', date: 1_795_219_200, author: 'Harbor <release@harbor.example>', changes: ['First.'] },
      ],
      copyright: 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n',
      overrides: [],
      date: 1_795_219_200,
    },
  };
}
