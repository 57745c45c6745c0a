import { DistroError } from '../../errors/distro-error.ts';
import { collect, type ByteSource } from '../../model/bytes.ts';
import { compareText } from '../../model/json.ts';
import type { LayerEntry } from '../../model/layer-entry.ts';
import { debArchives, type ReadDebOptions } from '../deb/members.ts';
import { parseControl } from '../deb/parse-control.ts';
import type { TarMember } from '../tar-reader.ts';
import { certificateBundle } from './certificate-bundle.ts';
import { dpkgStatus, type InstalledPackage } from './dpkg-status.ts';
import { mergedUsrLinks, toMergedUsr } from './merged-usr.ts';

/** A package whose files are unpacked. */
export interface DebianLayerPackage {
  /** Names it in errors. */
  readonly what: string;
  readonly source: ByteSource;
}

/** What {@link debianLayer} takes. */
export interface DebianLayerOptions {
  /** Keeps the content of a file until the layer is written. */
  readonly keep: (content: AsyncIterable<Uint8Array>) => Promise<ByteSource>;
  readonly decompressors: NonNullable<ReadDebOptions['decompressors']>;
}

const CONTROL_MAX = 1 << 20;

/** Manuals and translations, which nobody reads in a container; what copyright asks for stays. */
const LEFT_OUT =
  /^\/usr\/share\/(?:(?:man|info|locale|lintian|bug|doc-base)(?:\/|$)|doc\/(?:.*\/)?(?!copyright$)[^/]+$)/;

/**
 * The files of Debian packages as a root file system has them after they were installed, as far as that needs no script
 * to run: `/bin`, `/lib` and the like are links into `/usr`, dpkg's status names the packages, and the certificates of
 * ca-certificates are in the one file that programs read. Manuals and translations are left out.
 *
 * @throws FILE_COLLISION when two packages have the same file; FORMAT_INVALID, FORMAT_LIMIT
 */
export async function debianLayer(
  packages: readonly DebianLayerPackage[],
  options: DebianLayerOptions,
): Promise<readonly LayerEntry<ByteSource>[]> {
  const entries = new Map<string, LayerEntry<ByteSource>>();
  const owners = new Map<string, string>();
  const installed: InstalledPackage[] = [];
  for (const { what, source } of packages) {
    for await (const { part, members } of debArchives(source, { what, decompressors: options.decompressors })) {
      if (part === 'control') installed.push(await readControl(members, what));
      else {
        for await (const member of members) {
          const entry = await toEntry(member, options);
          if (entry !== undefined) add(entry, what, entries, owners);
        }
      }
    }
  }
  const files = [...entries.values()];
  const made = [dpkgStatus(installed), await certificateBundle(files.filter((entry) => entry.type === 'file'))];
  return [...mergedUsrLinks(files), ...files, ...made.filter((entry) => entry !== undefined)].sort((a, b) =>
    compareText(a.path, b.path),
  );
}

async function readControl(members: AsyncIterable<TarMember>, what: string): Promise<InstalledPackage> {
  let text: string | undefined;
  for await (const { path, content } of members) {
    if (path === 'control') text = Buffer.from(await collect(content, CONTROL_MAX)).toString('utf8');
  }
  if (text === undefined) throw new DistroError('FORMAT_INVALID', `${what} has no control file`);
  return { name: parseControl(text, what).get('Package') ?? '', control: text };
}

async function toEntry(member: TarMember, { keep }: DebianLayerOptions): Promise<LayerEntry<ByteSource> | undefined> {
  const { type, mode, uid, gid } = member;
  const path = toMergedUsr(`/${member.path}`);
  // What is left out may also be a directory that is then empty.
  if (member.path === '' || LEFT_OUT.test(path)) return undefined;
  const base = { path, mode, uid, gid };
  switch (type) {
    case 'file':
      return { ...base, type, content: await keep(member.content) };
    case 'directory':
      return { ...base, type };
    case 'symlink':
      return { ...base, type, target: member.linkName };
    case 'hardlink':
      return { ...base, type, target: toMergedUsr(member.linkName.replace(/^(?:\.\/)?/, '/')) };
  }
}

/** A directory may be in many packages: the first one's mode stays, as with dpkg. */
function add(
  entry: LayerEntry<ByteSource>,
  what: string,
  entries: Map<string, LayerEntry<ByteSource>>,
  owners: Map<string, string>,
): void {
  const before = entries.get(entry.path);
  if (before === undefined) {
    entries.set(entry.path, entry);
    owners.set(entry.path, what);
    return;
  }
  if (before.type === 'directory' && entry.type === 'directory') return;
  throw new DistroError('FILE_COLLISION', `${entry.path} is in ${what} and in ${owners.get(entry.path)}`);
}
