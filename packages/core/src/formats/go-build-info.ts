import { DistroError } from '../errors/distro-error.ts';
import type { ByteRanges } from '../model/byte-ranges.ts';
import { tryFindElfData, type FileRange } from './elf-data.ts';
import { parseGoModuleInfo, type GoModuleInfo } from './go-module-info.ts';

/** What the Go linker wrote into a program. */
export interface GoBuildInfo extends GoModuleInfo {
  /** The version of Go without `go`, such as `1.26.8`. */
  readonly go: string;
}

const SECTION = '.go.buildinfo';
const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const ALIGN = 16;
const HEADER_SIZE = 32;
const FLAGS_AT = 15;
/** The texts stand behind the header; before Go 1.18 the header had pointers to them. */
const FLAG_INLINE = 2;
const CHUNK = 1 << 16;
const MAX_VERSION = 1 << 10;
const MAX_MODULES = 1 << 22;
/** What encloses the modules' text, for those who look for it without reading the file's structure. */
const FRAME = 16;

/**
 * Reads the build information of a program that Go ≥ 1.18 linked for Linux, in a few reads of some kilobytes. Returns
 * undefined for a file without: no ELF file, of 32 bits, or not made by Go.
 *
 * @throws FORMAT_INVALID, FORMAT_LIMIT for a damaged one
 * @see https://pkg.go.dev/debug/buildinfo
 */
export async function tryReadGoBuildInfo(file: ByteRanges): Promise<GoBuildInfo | undefined> {
  const data = await tryFindElfData(file, SECTION);
  if (data === undefined) return undefined;
  const ranges = data.section === undefined ? data.writable : [data.section];
  for (const range of ranges) {
    const header = await findHeader(file, range);
    if (header !== undefined) return readInfo(file, header);
  }
  return undefined;
}

/** The magic is aligned, so no chunk's end divides it. */
async function findHeader(file: ByteRanges, { offset, size }: FileRange): Promise<FileRange | undefined> {
  const end = offset + size;
  for (let at = Math.ceil(offset / ALIGN) * ALIGN; at + HEADER_SIZE <= end; at += CHUNK) {
    const bytes = Buffer.from(await file.readAt(at, Math.min(CHUNK, end - at)));
    for (let hit = bytes.indexOf(MAGIC); hit !== -1; hit = bytes.indexOf(MAGIC, hit + 1)) {
      if (hit % ALIGN === 0 && at + hit + HEADER_SIZE <= end) return { offset: at + hit, size: end - at - hit };
    }
  }
  return undefined;
}

async function readInfo(file: ByteRanges, { offset, size }: FileRange): Promise<GoBuildInfo> {
  const header = await file.readAt(offset, HEADER_SIZE);
  if (((header[FLAGS_AT] ?? 0) & FLAG_INLINE) === 0) {
    throw new DistroError('FORMAT_INVALID', 'Go build information is that of a Go before 1.18');
  }
  const text = new TextReader(file, { offset: offset + HEADER_SIZE, size: size - HEADER_SIZE });
  const version = (await text.next(MAX_VERSION)).toString();
  const modules = await text.next(MAX_MODULES);
  if (!/^(?:go\d|devel )/.test(version)) {
    throw new DistroError('FORMAT_INVALID', `Go build information names the version ${JSON.stringify(version)}`);
  }
  return { go: version.replace(/^go/, ''), ...parseGoModuleInfo(unframed(modules)) };
}

function unframed(text: Buffer): string {
  if (text.length === 0) return '';
  if (text.length > 2 * FRAME && text.at(-FRAME - 1) === 0x0a) return text.subarray(FRAME, -FRAME).toString();
  throw new DistroError('FORMAT_INVALID', 'Go build information has no frame around its modules');
}

/** Reads texts that stand one after the other, each behind its length as a varint. */
class TextReader {
  readonly #file: ByteRanges;
  #at: number;
  readonly #end: number;

  constructor(file: ByteRanges, { offset, size }: FileRange) {
    this.#file = file;
    this.#at = offset;
    this.#end = offset + size;
  }

  async next(limit: number): Promise<Buffer> {
    const length = await this.#length();
    if (length > limit) throw new DistroError('FORMAT_LIMIT', `Go build information has a text of ${length} bytes`);
    const bytes = this.#at + length > this.#end ? undefined : await this.#file.readAt(this.#at, length);
    if (bytes?.length !== length) throw truncated();
    this.#at += length;
    return Buffer.from(bytes);
  }

  /** Five bytes of seven bits hold more than any limit. */
  async #length(): Promise<number> {
    const bytes = await this.#file.readAt(this.#at, 5);
    let length = 0;
    for (const [index, byte] of bytes.entries()) {
      length += (byte & 0x7f) * 2 ** (7 * index);
      if (byte >= 0x80) continue;
      this.#at += index + 1;
      return length;
    }
    throw truncated();
  }
}

function truncated(): DistroError {
  return new DistroError('FORMAT_INVALID', 'Go build information is truncated');
}
