import { DistroError } from '../../errors/distro-error.ts';

/** A value of a header tag. Numbers are unsigned. */
export type TagValue =
  | { readonly type: 'int16' | 'int32' | 'int64'; readonly values: readonly number[] }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings' | 'i18n'; readonly values: readonly string[] }
  | { readonly type: 'bytes'; readonly value: Uint8Array };

/** The values of a header by tag number. */
export type HeaderTags = ReadonlyMap<number, TagValue>;

/** The number that stands for a type in an index entry. */
export const TYPE_CODES = { int16: 3, int32: 4, int64: 5, string: 6, bytes: 7, strings: 8, i18n: 9 } as const;

/** What numbers are aligned to in the data; everything else is packed. */
export const ALIGNMENTS: Readonly<Partial<Record<TagValue['type'], number>>> = { int16: 2, int32: 4, int64: 8 };

/** The magic number, the header version 1 and four reserved bytes. */
export const HEADER_MAGIC: Uint8Array = Uint8Array.of(0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0);
/** Bytes of the magic and the two counts. */
export const INTRO_LENGTH = 16;
/** Bytes of an index entry, and of the region's trailer. */
export const ENTRY_LENGTH = 16;
/** rpm refuses a header with more entries, and one with more bytes of data. */
export const ENTRIES_MAX = 0xffff;
export const DATA_MAX = 0x1000_0000;

/** Numbers as a {@link TagValue}. */
export function int16(values: readonly number[]): TagValue {
  return { type: 'int16', values };
}

/** One number, or several, as a {@link TagValue}. */
export function int32(values: number | readonly number[]): TagValue {
  return { type: 'int32', values: typeof values === 'number' ? [values] : values };
}

/** One number, or several, as a {@link TagValue}. */
export function int64(values: number | readonly number[]): TagValue {
  return { type: 'int64', values: typeof values === 'number' ? [values] : values };
}

/** A text as a {@link TagValue}. */
export function string(value: string): TagValue {
  return { type: 'string', value };
}

/** Texts as a {@link TagValue}. */
export function strings(values: readonly string[]): TagValue {
  return { type: 'strings', values };
}

/** A text that could be there in several languages, in the one that it is in. */
export function i18n(value: string): TagValue {
  return { type: 'i18n', values: [value] };
}

/** Bytes as a {@link TagValue}. */
export function bytes(value: Uint8Array): TagValue {
  return { type: 'bytes', value };
}

/**
 * A header as it stands in the file: magic, counts, an index sorted by tag, the data in the same order, all of it inside
 * one immutable region.
 *
 * @param region - the tag of the region: 62 for the signature header, 63 for the package's
 * @throws `FORMAT_LIMIT` for a header that rpm would refuse to read
 * @see https://rpm-software-management.github.io/rpm/manual/format_header.html
 */
export function encodeHeader(tags: HeaderTags, region: number): Uint8Array {
  const count = tags.size + 1;
  const index = Buffer.alloc(count * ENTRY_LENGTH);
  const data: Uint8Array[] = [];
  let length = 0;
  const sorted = [...tags].sort(([a], [b]) => a - b);
  for (const [i, [tag, value]] of sorted.entries()) {
    const alignment = ALIGNMENTS[value.type] ?? 1;
    const padding = (alignment - (length % alignment)) % alignment;
    const encoded = encodeValue(tag, value);
    data.push(Buffer.alloc(padding), encoded);
    writeEntry(index, i + 1, [tag, TYPE_CODES[value.type], length + padding, countOf(value)]);
    length += padding + encoded.length;
  }
  writeEntry(index, 0, [region, TYPE_CODES.bytes, length, ENTRY_LENGTH]);
  // The trailer is an index entry at the end of the data that points back over the whole index.
  const trailer = Buffer.alloc(ENTRY_LENGTH);
  writeEntry(trailer, 0, [region, TYPE_CODES.bytes, -index.length, ENTRY_LENGTH]);
  length += trailer.length;
  if (count > ENTRIES_MAX || length > DATA_MAX)
    throw new DistroError('FORMAT_LIMIT', `an rpm header of ${count} entries and ${length} bytes is too large`);
  const counts = Buffer.alloc(8);
  counts.writeUInt32BE(count, 0);
  counts.writeUInt32BE(length, 4);
  return Buffer.concat([HEADER_MAGIC, counts, index, ...data, trailer]);
}

type IndexEntry = readonly [tag: number, type: number, offset: number, count: number];

function writeEntry(target: Buffer, position: number, [tag, type, offset, count]: IndexEntry): void {
  const start = position * ENTRY_LENGTH;
  target.writeUInt32BE(tag, start);
  target.writeUInt32BE(type, start + 4);
  target.writeInt32BE(offset, start + 8);
  target.writeUInt32BE(count, start + 12);
}

function countOf(value: TagValue): number {
  if (value.type === 'string') return 1;
  return value.type === 'bytes' ? value.value.length : value.values.length;
}

function encodeValue(tag: number, value: TagValue): Uint8Array {
  if (countOf(value) === 0) throw new RangeError(`rpm tag ${tag} has no value`);
  switch (value.type) {
    case 'bytes':
      return value.value;
    case 'string':
      return encodeStrings(tag, [value.value]);
    case 'strings':
    case 'i18n':
      return encodeStrings(tag, value.values);
    default:
      return encodeNumbers(value.type, value.values);
  }
}

function encodeStrings(tag: number, values: readonly string[]): Uint8Array {
  const text = values.map((value) => `${value}\0`).join('');
  // Each value ends with the only NUL it has.
  if (text.split('\0').length !== values.length + 1)
    throw new DistroError('TEXT_INVALID', `a text of rpm tag ${tag} holds a NUL character`);
  return Buffer.from(text);
}

function encodeNumbers(type: 'int16' | 'int32' | 'int64', values: readonly number[]): Uint8Array {
  const width = TYPE_WIDTHS[type];
  const encoded = Buffer.alloc(values.length * width);
  for (const [i, value] of values.entries()) {
    if (type === 'int64') encoded.writeBigUInt64BE(BigInt(value), i * width);
    else encoded.writeUIntBE(value, i * width, width);
  }
  return encoded;
}

const TYPE_WIDTHS = { int16: 2, int32: 4, int64: 8 } as const;
