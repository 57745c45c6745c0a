import type { ArchName } from '../model/arch.ts';
import type { LayerEntry } from '../model/layer-entry.ts';
import type { SigningPolicy } from '../model/signing-policy.ts';
import { canonicalJson } from '../model/json.ts';
import type { DebianClosureSource, DebianSource } from '../model/source.ts';
import type { LayerRequest, PlanBuilder } from '../plan/builder.ts';
import { packagedContent } from './file-content.ts';
import { componentsOf, debianSourcesOf, type ImageComponent, type ImageProps } from './image-props.ts';
import { accountEntries, imageUser } from './image-user.ts';
import { symlink, toPackageFile, type PackagedFile } from './package-files.ts';

/** What {@link imageLayers} works with. */
export interface ImageLayersOptions {
  readonly builder: PlanBuilder;
  readonly arch: ArchName;
  /** The path of the image's construct. */
  readonly owner: string;
  /** The keys of the distribution. */
  readonly signing: SigningPolicy | undefined;
  /** The image's name and tag, for people. */
  readonly title: string;
}

/**
 * The layers of an image, from the lowest: Debian packages, accounts, each component, declared files. What many images
 * have in common is low and alone, so that it is one blob for all of them.
 */
export function imageLayers(props: ImageProps, options: ImageLayersOptions): readonly LayerRequest[] {
  const { name, uid } = imageUser(props.user);
  const debian = debianSourcesOf(props);
  const files = declaredFiles(props, options);
  return [
    ...(debian.length === 0 ? [] : [packages(debian, options)]),
    { title: `accounts ${name} ${uid}`, entries: accountEntries(imageUser(props.user)) },
    ...componentsOf(props).map((component) => binaries(component, options)),
    ...(files.length === 0 ? [] : [{ title: `files of ${options.title}`, entries: files }]),
  ];
}

/** Packages of one suite come with what they depend on, once for all of them. */
function packages(sources: readonly DebianSource[], { builder, arch, owner }: ImageLayersOptions): LayerRequest {
  const closures = new Map<string, DebianClosureSource>();
  for (const { package: name, kind: _kind, files: _files, ...where } of sources) {
    const suite = canonicalJson(where);
    const names = new Set([...(closures.get(suite)?.packages ?? []), name]);
    closures.set(suite, { ...where, kind: 'debian-closure', packages: [...names].sort() });
  }
  const found = [...closures.values()].flatMap((source) => [
    ...builder.source(owner, source, { arch, version: '' }).values(),
  ]);
  return { title: `debian ${sources.map((source) => source.package).join(' ')}`, entries: [], packages: found };
}

function binaries(
  { component, binaries: directory }: Required<ImageComponent>,
  options: ImageLayersOptions,
): LayerRequest {
  const files = component.files(options.builder, options.arch);
  const entries = [...files].map(([name, content]): LayerEntry => ({
    type: 'file',
    path: `${directory}/${name}`,
    mode: 0o755,
    uid: 0,
    gid: 0,
    content,
  }));
  return { title: `${component.name} ${component.version}`, entries };
}

function declaredFiles(props: ImageProps, options: ImageLayersOptions): readonly LayerEntry[] {
  const { files = {}, links = {} } = props;
  const linked = Object.entries(links).map(([path, target]) => [path, symlink(target)] as const);
  return [...Object.entries(files), ...linked].flatMap(([path, file]) => toEntry(path, file, props, options));
}

function toEntry(
  path: string,
  file: PackagedFile,
  props: ImageProps,
  options: ImageLayersOptions,
): readonly LayerEntry[] {
  const { builder, arch, owner: construct } = options;
  const found = toPackageFile(
    path,
    file,
    packagedContent(builder, { owner: construct, path, arch, signing: options.signing }),
  );
  const id = (name: string, which: 'uid' | 'gid'): number => {
    const user = imageUser(props.user);
    if (name === 'root') return 0;
    if (name === user.name) return user[which];
    if (/^\d{1,10}$/.test(name)) return Number(name);
    // An image has the users of its own passwd file only.
    const message = `${path}: the image has no user or group ${name}`;
    builder.problem({ code: 'VALIDATION', path: construct, message, hint: `use root, ${user.name} or a number` });
    return 0;
  };
  const base = { path, mode: found.mode, uid: id(found.owner, 'uid'), gid: id(found.group, 'gid') };
  switch (found.type) {
    case 'file':
      return [{ ...base, type: 'file', content: found.content }];
    case 'directory':
      return [{ ...base, type: 'directory' }];
    case 'symlink':
      return [{ ...base, type: 'symlink', target: found.target }];
    case 'ghost':
      return [];
  }
}
