import { DistroError } from '../../errors/distro-error.ts';
import { collect } from '../../model/bytes.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { Compression } from '../../model/target.ts';
import { readAr } from '../ar.ts';
import type { ArMember } from '../ar.ts';
import { decompress } from '../compress.ts';
import { readTar } from '../tar-reader.ts';
import type { TarMember } from '../tar-reader.ts';

/** How a member of a deb is compressed, as far as we can tell. */
export type DebCompression = Compression | 'xz' | 'none';

/** What the readers of Debian packages take. */
export interface ReadDebOptions {
  /** Names the package in errors, such as its file name. @default 'deb' */
  readonly what?: string;
  /** The most bytes that the data member may decompress to. @default 32 GiB */
  readonly limit?: number;
  /** Decompressors that this layer does not have; a package that needs a missing one is refused. */
  readonly decompressors?: { readonly xz?: (input: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> };
}

/** The two archives of a package, in their order. */
export interface DebArchive {
  readonly part: 'control' | 'data';
  readonly compression: DebCompression;
  readonly members: AsyncIterable<TarMember>;
}

const COMPRESSIONS: ReadonlyMap<string, DebCompression> = new Map([
  ['', 'none'],
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
  ['.xz', 'xz'],
]);
const PARTS = ['control', 'data'] as const;
/** Scripts and checksums; the largest of Debian's have a few MiB. */
const CONTROL_LIMIT = 256 << 20;
const DATA_LIMIT = 32 * 2 ** 30;

/**
 * The control archive and the data archive of a package. Read each before asking for the next.
 *
 * @throws `FORMAT_INVALID` for members that are not `debian-binary`, `control.tar*`, `data.tar*` in this order;
 *   `FORMAT_LIMIT`
 */
export async function* debArchives(source: ByteSource, options: ReadDebOptions = {}): AsyncGenerator<DebArchive, void> {
  const what = options.what ?? 'deb';
  const expected: readonly string[] = ['debian-binary', ...PARTS];
  let count = 0;
  for await (const member of readAr(source.read(), what)) {
    if (count === 0) await checkVersion(member, what);
    else yield openArchive(member, PARTS[count - 1], { ...options, what });
    count += 1;
  }
  if (count < expected.length) throw new DistroError('FORMAT_INVALID', `${what} has no ${expected[count]} member`);
}

/** The members of a package's data archive: what it would unpack. */
export async function* debMembers(source: ByteSource, options: ReadDebOptions = {}): AsyncGenerator<TarMember, void> {
  for await (const { part, members } of debArchives(source, options)) if (part === 'data') yield* members;
}

async function checkVersion(member: ArMember, what: string): Promise<void> {
  const content = member.size > 64 ? '' : Buffer.from(await collect(member.content, 64)).toString('latin1');
  // Minor versions are compatible.
  if (member.name === 'debian-binary' && /^2\.\d+\n/.test(content)) return;
  throw new DistroError('FORMAT_INVALID', `${what} is not a Debian package of format 2`);
}

function openArchive(
  { name, size, content }: ArMember,
  part: DebArchive['part'] | undefined,
  options: ReadDebOptions & { readonly what: string },
): DebArchive {
  const stem = `${part ?? ''}.tar`;
  const compression = name.startsWith(stem) ? COMPRESSIONS.get(name.slice(stem.length)) : undefined;
  if (part === undefined || compression === undefined) {
    throw new DistroError('FORMAT_INVALID', `${options.what} has an unexpected member ${JSON.stringify(name)}`);
  }
  const limit = part === 'control' ? CONTROL_LIMIT : (options.limit ?? DATA_LIMIT);
  const archive = open(content, compression, { limit, inputSize: size }, options);
  const members = readTar(archive, { what: `${stem} of ${options.what}`, absoluteSymlinks: true });
  return { part, compression, members };
}

function open(
  content: AsyncIterable<Uint8Array>,
  compression: DebCompression,
  { limit, inputSize }: { readonly limit: number; readonly inputSize: number },
  { what, decompressors }: ReadDebOptions & { readonly what: string },
): AsyncIterable<Uint8Array> {
  if (compression !== 'xz') return decompress(content, { compression, limit, inputSize });
  const xz = decompressors?.xz;
  if (xz === undefined)
    throw new DistroError('FORMAT_INVALID', `${what} is compressed with xz, which cannot be read here`);
  return decompress(xz(content), { compression: 'none', limit });
}
