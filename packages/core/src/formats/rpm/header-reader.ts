import type { DistroError } from '../../errors/distro-error.ts';
import type { ByteReader } from '../byte-reader.ts';
import { ALIGNMENTS, DATA_MAX, ENTRIES_MAX, ENTRY_LENGTH, HEADER_MAGIC, INTRO_LENGTH, TYPE_CODES } from './header.ts';
import type { HeaderTags, TagValue } from './header.ts';

/** A header that was read: its values and where they were. */
export interface ReadHeader {
  readonly tags: HeaderTags;
  /** The whole header as it stands in the file: what the header digests are made over. */
  readonly bytes: Uint8Array;
  /** Bytes from the start of the file. */
  readonly offset: number;
}

/** What a header is expected to be. */
export interface ReadHeaderOptions {
  /** The tag of the region that everything is in. */
  readonly region: number;
  /** Names the header in errors. */
  readonly what: string;
  /** The most bytes of data to take. @default what rpm takes, 256 MiB */
  readonly limit?: number;
}

interface Entry {
  readonly tag: number;
  readonly type: TagValue['type'];
  readonly offset: number;
  readonly count: number;
}

/**
 * Reads a header strictly. The index is sorted, the values stand in the data in that order without a gap but zeros for
 * alignment, the region spans everything, and texts are UTF-8: each set of values has exactly one spelling.
 *
 * @throws `FORMAT_INVALID` with the offset of what is wrong
 */
export async function readHeader(reader: ByteReader, options: ReadHeaderOptions): Promise<ReadHeader> {
  const { what, limit = DATA_MAX } = options;
  const start = reader.offset;
  const fault = (message: string, at: number): DistroError => reader.invalid(`${what}: ${message}`, start + at);
  const intro = Buffer.from(await reader.take(INTRO_LENGTH));
  const magic = intro.subarray(0, HEADER_MAGIC.length);
  if (!magic.equals(HEADER_MAGIC)) throw fault('wrong magic', 0);
  const count = intro.readUInt32BE(8);
  const length = intro.readUInt32BE(12);
  if (count < 1 || count > ENTRIES_MAX) throw fault(`${count} entries are not allowed`, 8);
  if (length < ENTRY_LENGTH || length > limit) throw fault(`${length} bytes of data are not allowed`, 12);
  const index = Buffer.from(await reader.take(count * ENTRY_LENGTH));
  const data = Buffer.from(await reader.take(length));
  checkRegion(index, data, options.region, fault);
  const tags = decodeTags(index, data, fault);
  return { tags, bytes: Buffer.concat([intro, index, data]), offset: start };
}

type Fault = (message: string, at: number) => DistroError;

function checkRegion(index: Buffer, data: Buffer, region: number, fault: Fault): void {
  const trailerStart = data.length - ENTRY_LENGTH;
  const expected = Buffer.alloc(2 * ENTRY_LENGTH);
  for (const [position, offset] of [trailerStart, -index.length].entries()) {
    expected.writeUInt32BE(region, position * ENTRY_LENGTH);
    expected.writeUInt32BE(TYPE_CODES.bytes, position * ENTRY_LENGTH + 4);
    expected.writeInt32BE(offset, position * ENTRY_LENGTH + 8);
    expected.writeUInt32BE(ENTRY_LENGTH, position * ENTRY_LENGTH + 12);
  }
  if (!index.subarray(0, ENTRY_LENGTH).equals(expected.subarray(0, ENTRY_LENGTH)))
    throw fault(`the first entry is not region ${region} over the whole header`, INTRO_LENGTH);
  if (!data.subarray(trailerStart).equals(expected.subarray(ENTRY_LENGTH)))
    throw fault(`the trailer of region ${region} does not match`, INTRO_LENGTH + index.length + trailerStart);
}

function decodeTags(index: Buffer, data: Buffer, fault: Fault): HeaderTags {
  const tags = new Map<number, TagValue>();
  const dataStart = INTRO_LENGTH + index.length;
  const end = data.length - ENTRY_LENGTH;
  let position = 0;
  let lastTag = 0;
  for (let at = ENTRY_LENGTH; at < index.length; at += ENTRY_LENGTH) {
    const entry = readEntry(index, at, fault);
    if (entry.tag <= lastTag) throw fault(`tag ${entry.tag} follows tag ${lastTag}`, INTRO_LENGTH + at);
    lastTag = entry.tag;
    const alignment = ALIGNMENTS[entry.type] ?? 1;
    const offset = Math.ceil(position / alignment) * alignment;
    if (entry.offset !== offset) throw fault(`tag ${entry.tag} is not at its place`, INTRO_LENGTH + at + 8);
    if (data.subarray(position, offset).some((byte) => byte !== 0))
      throw fault('padding is not zero', dataStart + position);
    const length = lengthOf(entry, data.subarray(0, end));
    if (length === undefined) throw fault(`tag ${entry.tag} does not fit`, INTRO_LENGTH + at + 12);
    position = offset + length;
    const value = decodeValue(entry, data.subarray(offset, position));
    if (value === undefined) throw fault(`a text of tag ${entry.tag} is not UTF-8`, dataStart + offset);
    tags.set(entry.tag, value);
  }
  if (position !== end) throw fault('there are bytes that no entry names', dataStart + position);
  return tags;
}

const TYPES: ReadonlyMap<number, TagValue['type']> = new Map(
  Object.entries(TYPE_CODES).map(([type, code]) => [code, type as TagValue['type']]),
);
const WIDTHS: Readonly<Partial<Record<TagValue['type'], number>>> = { ...ALIGNMENTS, bytes: 1 };

function readEntry(index: Buffer, at: number, fault: Fault): Entry {
  const code = index.readUInt32BE(at + 4);
  const type = TYPES.get(code);
  if (type === undefined) throw fault(`type ${code} is not known`, INTRO_LENGTH + at + 4);
  const count = index.readUInt32BE(at + 12);
  if (count < 1 || (type === 'string' && count > 1))
    throw fault(`a count of ${count} is wrong`, INTRO_LENGTH + at + 12);
  return { tag: index.readUInt32BE(at), type, offset: index.readUInt32BE(at + 8), count };
}

/** The bytes that an entry's value takes; undefined when they are not all there. */
function lengthOf({ type, offset, count }: Entry, data: Buffer): number | undefined {
  const width = WIDTHS[type];
  if (width !== undefined) return offset + count * width <= data.length ? count * width : undefined;
  let end = offset;
  for (let i = 0; i < count; i += 1) {
    const nul = data.indexOf(0, end);
    if (nul < 0) return undefined;
    end = nul + 1;
  }
  return end - offset;
}

function decodeValue({ type, count }: Entry, data: Buffer): TagValue | undefined {
  if (type === 'bytes') return { type, value: data };
  if (type === 'int16' || type === 'int32' || type === 'int64') {
    return { type, values: Array.from({ length: count }, (_, i) => decodeNumber(type, data, i)) };
  }
  const text = tryDecodeUtf8(data.subarray(0, -1));
  if (text === undefined) return undefined;
  return type === 'string' ? { type, value: text } : { type, values: text.split('\0') };
}

function decodeNumber(type: 'int16' | 'int32' | 'int64', data: Buffer, i: number): number {
  if (type === 'int16') return data.readUInt16BE(i * 2);
  return type === 'int32' ? data.readUInt32BE(i * 4) : Number(data.readBigUInt64BE(i * 8));
}

function tryDecodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
