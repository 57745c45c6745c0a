import { DistroError } from '../errors/distro-error.ts';
import { ByteReader } from './byte-reader.ts';
import { TarNames } from './tar-names.ts';
import { isZero, parseTarHeader, readLongName, readPax } from './tar-fields.ts';
import type { TarExtension } from './tar-fields.ts';
import { TAR_BLOCK, tarPadding } from './tar.ts';
import type { TarHeader } from './tar.ts';

/** A member of an archive. */
export interface TarMember extends TarHeader {
  /** Relative to the root, without `./` in front or `/` behind; empty for the root directory itself. */
  readonly path: string;
  /** A file's content; empty for everything else. Read it before asking for the next member, or not at all. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** What {@link readTar} takes. */
export interface ReadTarOptions {
  /** Names the archive in errors, such as `data.tar`. */
  readonly what: string;
  /** The most members. @default 1,000,000 */
  readonly maxMembers?: number;
  /** Whether a symlink may point to an absolute path, which readers then take from the archive's root. @default false */
  readonly absoluteSymlinks?: boolean;
}

/**
 * Reads an archive front to back: ustar, GNU and PAX, as far as files, links and directories go. Memory does not grow
 * with the content.
 *
 * Refused: a path that is absolute or holds `..`, twice the same path, a member below something that is not a
 * directory, a link that leaves the root, a hard link to a file that did not come before, devices and pipes, sparse
 * files, a header whose checksum or numbers are wrong, content or padding that is missing, and anything behind the end.
 *
 * @throws `FORMAT_INVALID`, `FORMAT_LIMIT`
 */
export async function* readTar(
  archive: AsyncIterable<Uint8Array>,
  { what, maxMembers = 1_000_000, absoluteSymlinks = false }: ReadTarOptions,
): AsyncGenerator<TarMember, void> {
  const reader = new ByteReader(archive, what);
  const names = new TarNames({ absoluteSymlinks });
  try {
    for (let count = 0; ; count += 1) {
      const offset = reader.offset;
      const header = await nextHeader(reader);
      if (header === undefined) return;
      if (count === maxMembers) throw new DistroError('FORMAT_LIMIT', `${what} has more than ${maxMembers} members`);
      const path = names.add(header, (fault) =>
        reader.invalid(`member ${JSON.stringify(header.name)} ${fault}`, offset),
      );
      const end = reader.offset + header.size;
      yield { ...header, path, content: reader.stream(header.size) };
      for await (const _ of reader.stream(end - reader.offset + tarPadding(header.size)));
    }
  } finally {
    await reader.close();
  }
}

/** The next member's header with what the members ahead of it say of it; undefined at the archive's end. */
async function nextHeader(reader: ByteReader): Promise<TarHeader | undefined> {
  const said: { -readonly [K in keyof TarExtension]: TarExtension[K] } = {};
  for (let ahead = false; ; ahead = true) {
    const offset = reader.offset;
    const block = await reader.take(TAR_BLOCK);
    if (isZero(block)) {
      if (ahead) throw reader.invalid('a long name without its member', offset);
      await readEnd(reader);
      return undefined;
    }
    const invalid = (fault: string): DistroError => reader.invalid(fault, offset);
    const { flag, header } = parseTarHeader(block, said, invalid);
    const extension = await readExtension(reader, flag, header.size, invalid);
    if (extension === undefined) return header;
    Object.assign(said, extension);
  }
}

/** What a member that stands ahead of another says of it; undefined for a member of its own. */
async function readExtension(
  reader: ByteReader,
  flag: string,
  size: number,
  invalid: (fault: string) => DistroError,
): Promise<TarExtension | undefined> {
  switch (flag) {
    case 'L':
      return { name: await readLongName(reader, size, invalid) };
    case 'K':
      return { linkName: await readLongName(reader, size, invalid) };
    case 'x':
      return readPax(reader, size, invalid);
    case 'g': {
      // What it says holds for all members; only comments, as in git's archives, say nothing of them.
      if (Object.keys(await readPax(reader, size, invalid)).length === 0) return {};
      throw invalid('global PAX headers are not supported');
    }
    default:
      return undefined;
  }
}

/** A second block of zeros, and nothing but zeros after it. */
async function readEnd(reader: ByteReader): Promise<void> {
  if (!isZero(await reader.take(TAR_BLOCK)))
    throw reader.invalid('one block of zeros instead of two', reader.offset - TAR_BLOCK);
  for await (const rest of reader.remaining()) {
    if (!isZero(rest)) throw reader.invalid('bytes after the end of the archive', reader.offset - rest.length);
  }
}
