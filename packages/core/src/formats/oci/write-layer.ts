import type { ByteSource } from '../../model/bytes.ts';
import type { LayerEntry } from '../../model/layer-entry.ts';
import { exactContent } from '../exact-content.ts';
import { TAR_END, tarHeader, tarPadding } from '../tar.ts';
import { assertLayer, layerEntries } from './layer-entries.ts';

/** One piece of a layer's archive: bytes of its own, or the content of a file. */
export type LayerPiece = Uint8Array | (LayerEntry<ByteSource> & { readonly type: 'file' });

/**
 * The archive of a layer in pieces: headers, contents and what fills the blocks. The same entries, in any order, give
 * the same bytes. See layer.md of the image specification; the archive is GNU tar's, with numbers for owners.
 *
 * @param date - the time of every entry, in seconds since 1970
 * @throws PATH_INVALID, FILE_COLLISION, FORMAT_LIMIT
 */
export function* layerPieces(declared: readonly LayerEntry<ByteSource>[], date: number): Generator<LayerPiece, void> {
  assertLayer(declared);
  for (const entry of layerEntries(declared)) {
    yield headerOf(entry, date);
    if (entry.type !== 'file') continue;
    yield entry;
    const padding = tarPadding(entry.content.size);
    if (padding > 0) yield new Uint8Array(padding);
  }
  yield TAR_END;
}

/** The bytes of {@link layerPieces}. A chunk is valid until the next one is asked for. */
export async function* writeLayer(
  declared: readonly LayerEntry<ByteSource>[],
  date: number,
): AsyncGenerator<Uint8Array, void> {
  for (const piece of layerPieces(declared, date)) {
    if (piece instanceof Uint8Array) yield piece;
    else yield* exactContent(piece.content, piece.path);
  }
}

/** How many bytes {@link writeLayer} gives. */
export function layerSize(declared: readonly LayerEntry<ByteSource>[]): number {
  let size = 0;
  for (const piece of layerPieces(declared, 0)) size += piece instanceof Uint8Array ? piece.length : piece.content.size;
  return size;
}

function headerOf(entry: LayerEntry<ByteSource>, mtime: number): Uint8Array {
  const name = entry.path.slice(1);
  return tarHeader({
    name: entry.type === 'directory' ? `${name}/` : name,
    type: entry.type,
    mode: entry.type === 'symlink' ? 0o777 : entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    uname: '',
    gname: '',
    mtime,
    size: entry.type === 'file' ? entry.content.size : 0,
    linkName: linkNameOf(entry),
  });
}

/** A symbolic link's target stands as it is; a hard link's is a member's name. */
function linkNameOf(entry: LayerEntry<ByteSource>): string {
  if (entry.type === 'symlink') return entry.target;
  return entry.type === 'hardlink' ? entry.target.slice(1) : '';
}
