import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentRef, PackageFile, PackageSpec } from '../../../packages/core/src/model/package-spec.ts';
import type { Compression } from '../../../packages/core/src/model/target.ts';

/** Where the files of a package come from and how it is compressed. */
export interface NfpmOptions {
  readonly compression: Compression;
  /** The file that holds what a step made. */
  readonly pathOf: (ref: ContentRef) => Promise<string>;
  /** Where contents that are texts are written to. */
  readonly dir: string;
}

/** Writes nfpm's configuration of a package with the same files, relations and scripts. Resolves to its file. */
export async function writeNfpmConfig(spec: PackageSpec, options: NfpmOptions): Promise<string> {
  const { compression, dir } = options;
  const units = spec.units.map((unit): PackageFile => ({
    type: 'file',
    path: `/usr/lib/systemd/system/${unit.name}`,
    content: { text: unit.text },
    mode: 0o644,
    owner: 'root',
    group: 'root',
  }));
  const contents = await Promise.all([...spec.files, ...units].map((file) => contentOf(file, options)));
  const config = {
    name: spec.name,
    arch: spec.arch,
    version: spec.version,
    release: spec.release,
    maintainer: spec.maintainer,
    vendor: spec.vendor,
    homepage: spec.homepage,
    license: spec.license,
    section: spec.section,
    depends: spec.relations.depends,
    recommends: spec.relations.recommends,
    provides: spec.relations.provides,
    conflicts: spec.relations.conflicts,
    replaces: spec.relations.replaces,
    contents,
    platform: 'linux',
    version_schema: 'semver',
    description: `${spec.summary}\n${spec.description}`,
    mtime: new Date(spec.date * 1000).toISOString(),
    deb: { compression },
    rpm: { compression, summary: spec.summary, packager: spec.maintainer },
  };
  const file = join(dir, 'nfpm.json');
  // What nfpm reads is YAML, and JSON is that too.
  await writeFile(file, JSON.stringify(config));
  return file;
}

async function contentOf(file: PackageFile, options: NfpmOptions): Promise<object> {
  const { path: dst, mode, owner, group } = file;
  const file_info = { mode, owner, group };
  if (file.type === 'directory') return { dst, type: 'dir', file_info };
  if (file.type === 'symlink') return { dst, type: 'symlink', src: file.target };
  if (file.type === 'ghost') return { dst, type: 'ghost', file_info };
  const type = file.config === undefined ? '' : 'config|noreplace';
  return { dst, type, file_info, src: await sourceOf(file, options) };
}

async function sourceOf(
  { path, content }: PackageFile & { readonly type: 'file' },
  { dir, pathOf }: NfpmOptions,
): Promise<string> {
  if ('step' in content) return pathOf(content);
  const file = join(dir, path.replaceAll('/', '_'));
  await writeFile(file, 'text' in content ? content.text : Buffer.from(content.base64, 'base64'));
  return file;
}
