import { createHash } from 'node:crypto';
import { DistroError } from '../../errors/distro-error.ts';
import { decompress } from '../compress.ts';
import { readTar, type TarMember } from '../tar-reader.ts';
import { LAYER_TYPES } from './media-types.ts';
import type { Compression } from '../../model/target.ts';

/** What {@link readLayer} takes. */
export interface ReadLayerOptions {
  /** Names the layer in errors. */
  readonly what: string;
  readonly mediaType: string;
  /** The most bytes that the archive may have. @default 16 GiB */
  readonly limit?: number;
  /** The most members. @default 1,000,000 */
  readonly maxMembers?: number;
  /** Called for each member; its content may be read. */
  readonly onMember?: (member: TarMember) => void | Promise<void>;
}

const LIMIT = 16 * 1024 ** 3;

/**
 * Reads a layer to its end and returns its diff id, the digest of the archive. Memory does not grow with its size.
 *
 * Refused beside all that `readTar` refuses (paths and hard links out of the root, writes through a link, a name twice,
 * devices): names with control characters, whiteouts, which a layer of ours has no use for, and more bytes than the limit.
 *
 * @throws FORMAT_INVALID, FORMAT_LIMIT
 */
export async function readLayer(
  compressed: AsyncIterable<Uint8Array>,
  { what, mediaType, limit = LIMIT, maxMembers = 1_000_000, onMember }: ReadLayerOptions,
): Promise<string> {
  const hash = createHash('sha256');
  async function* archive(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of decompress(compressed, { compression: compressionOf(mediaType, what), limit })) {
      hash.update(chunk);
      yield chunk;
    }
  }
  for await (const member of readTar(archive(), { what, maxMembers, absoluteSymlinks: true })) {
    checkName(member, what);
    await onMember?.(member);
  }
  return `sha256:${hash.digest('hex')}`;
}

function compressionOf(mediaType: string, what: string): Compression {
  if (mediaType === LAYER_TYPES.zstd) return 'zstd';
  if (mediaType === LAYER_TYPES.gzip) return 'gzip';
  throw new DistroError('FORMAT_INVALID', `${what} is no layer but ${JSON.stringify(mediaType)}`);
}

function checkName({ path, linkName }: TarMember, what: string): void {
  if (/[\u0000-\u001f\u007f]/.test(path + linkName)) {
    throw new DistroError(
      'FORMAT_INVALID',
      `${what}: member ${JSON.stringify(path)} has a control character in its name`,
    );
  }
  if (/(?:^|\/)\.wh\./.test(path)) {
    throw new DistroError('FORMAT_INVALID', `${what}: member ${JSON.stringify(path)} is a whiteout`);
  }
}
