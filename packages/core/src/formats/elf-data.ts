import { DistroError } from '../errors/distro-error.ts';
import type { ByteRanges } from '../model/byte-ranges.ts';

/** A part of a file, in bytes. */
export interface FileRange {
  readonly offset: number;
  readonly size: number;
}

/** Where an ELF file holds a section, and its writable data. */
export interface ElfData {
  /** The section that was asked for; absent where there is none of that name. */
  readonly section?: FileRange;
  /** The segments that are written to and not run, in the order of the program headers. */
  readonly writable: readonly FileRange[];
}

const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const SECTION_HEADER_SIZE = 64;
const MAX_HEADERS = 4096;
const MAX_NAMES = 1 << 20;

const PT_LOAD = 1;
const PF_X = 1;
const PF_W = 2;
const SHT_NOBITS = 8;

/**
 * Finds data in a 64-bit ELF file of either byte order. Returns undefined for any other file.
 *
 * @throws FORMAT_INVALID for headers that lie outside of the file, FORMAT_LIMIT for more of them than a linker writes
 * @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
 */
export async function tryFindElfData(file: ByteRanges, section: string): Promise<ElfData | undefined> {
  const header = await file.readAt(0, HEADER_SIZE);
  const isElf64 = header.length === HEADER_SIZE && isMagic(header) && header[4] === 2;
  if (!isElf64) return undefined;
  const elf = new ElfReader(file, header[5] === 1);
  const fields = elf.view(header);
  const programs = await elf.table(fields.word(32), fields.half(54), fields.half(56), PROGRAM_HEADER_SIZE);
  const sections = await elf.table(fields.word(40), fields.half(58), fields.half(60), SECTION_HEADER_SIZE);
  const found = await elf.findSection(sections, fields.half(62), section);
  return {
    ...(found === undefined ? {} : { section: found }),
    writable: programs.flatMap((at) => elf.dataSegment(at)),
  };
}

function isMagic(header: Uint8Array): boolean {
  return header[0] === 0x7f && header[1] === 0x45 && header[2] === 0x4c && header[3] === 0x46;
}

/** The fields of one header. */
interface Fields {
  half(at: number): number;
  int(at: number): number;
  word(at: number): number;
}

class ElfReader {
  readonly #file: ByteRanges;
  readonly #little: boolean;

  constructor(file: ByteRanges, little: boolean) {
    this.#file = file;
    this.#little = little;
  }

  view(bytes: Uint8Array): Fields {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return {
      half: (at) => view.getUint16(at, this.#little),
      int: (at) => view.getUint32(at, this.#little),
      // Past 2^53 it is no number of bytes in a file, which is checked where it is used.
      word: (at) => Number(view.getBigUint64(at, this.#little)),
    };
  }

  async table(offset: number, entrySize: number, count: number, minimum: number): Promise<readonly Fields[]> {
    if (count === 0) return [];
    if (count > MAX_HEADERS) throw new DistroError('FORMAT_LIMIT', `ELF file has ${count} headers`);
    if (entrySize < minimum) throw new DistroError('FORMAT_INVALID', `ELF headers have ${entrySize} bytes each`);
    const bytes = await this.bytes({ offset, size: entrySize * count });
    return Array.from({ length: count }, (_, index) =>
      this.view(bytes.subarray(index * entrySize, (index + 1) * entrySize)),
    );
  }

  async findSection(sections: readonly Fields[], namesIndex: number, name: string): Promise<FileRange | undefined> {
    const table = sections[namesIndex];
    if (table === undefined) return undefined;
    const range = sectionRange(table);
    if (range.size > MAX_NAMES) throw new DistroError('FORMAT_LIMIT', `ELF section names have ${range.size} bytes`);
    const names = Buffer.from(await this.bytes(range));
    const wanted = Buffer.from(`${name}\0`);
    const found = sections.find((fields) => {
      const at = fields.int(0);
      return fields.int(4) !== SHT_NOBITS && names.subarray(at, at + wanted.length).equals(wanted);
    });
    return found === undefined ? undefined : this.#inside(sectionRange(found));
  }

  dataSegment(fields: Fields): readonly FileRange[] {
    const flags = fields.int(4);
    if (fields.int(0) !== PT_LOAD || (flags & (PF_X | PF_W)) !== PF_W) return [];
    return [this.#inside({ offset: fields.word(8), size: fields.word(32) })];
  }

  async bytes(range: FileRange): Promise<Uint8Array> {
    this.#inside(range);
    const bytes = await this.#file.readAt(range.offset, range.size);
    if (bytes.length !== range.size) throw new DistroError('FORMAT_INVALID', 'ELF file is truncated');
    return bytes;
  }

  #inside(range: FileRange): FileRange {
    if (range.offset + range.size <= this.#file.size) return range;
    const message = `ELF header points to bytes ${range.offset} to ${range.offset + range.size} of ${this.#file.size}`;
    throw new DistroError('FORMAT_INVALID', message);
  }
}

function sectionRange(fields: Fields): FileRange {
  return { offset: fields.word(24), size: fields.word(32) };
}
