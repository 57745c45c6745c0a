import { DistroError } from '../errors/distro-error.ts';
import { ByteReader } from './byte-reader.ts';

const MAGIC = '!<arch>\n';
const HEADER_SIZE = 60;
const NAME_MAX = 15;
/** The size field has ten decimal digits. */
const SIZE_MAX = 9_999_999_999;

/** What an ar archive says of one member. */
export interface ArHeader {
  /** At most 15 characters, without spaces and slashes. */
  readonly name: string;
  readonly size: number;
}

/** What {@link writeAr} takes: a member and its bytes. */
export interface ArInput extends ArHeader {
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A member of an archive that is read. */
export interface ArMember extends ArHeader {
  /** Read it before asking for the next member, or not at all. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Writes an archive in the common format of deb(5): plain names, root's, mode 100644.
 *
 * @param date - the time of every member, in seconds since 1970
 * @throws `FORMAT_LIMIT` for a name or size that does not fit, `FORMAT_INVALID` for content of another size
 */
export async function* writeAr(members: Iterable<ArInput>, date: number): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(MAGIC);
  for (const { name, size, content } of members) {
    yield header(name, size, date);
    let written = 0;
    for await (const chunk of content) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== size)
      throw new DistroError('FORMAT_INVALID', `ar member ${name} has ${written} bytes instead of ${size}`);
    if (size % 2 === 1) yield Buffer.from('\n');
  }
}

/**
 * Reads an archive front to back, without GNU's and BSD's ways to have longer names, which no Debian package uses.
 *
 * @param what - names the archive in errors
 * @throws `FORMAT_INVALID`
 */
export async function* readAr(archive: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<ArMember, void> {
  const reader = new ByteReader(archive, what);
  try {
    if (Buffer.from(await reader.take(MAGIC.length)).toString('latin1') !== MAGIC)
      throw reader.invalid('not an ar archive', 0);
    while (!(await reader.atEnd())) {
      const { name, size } = parseHeader(await reader.take(HEADER_SIZE), reader);
      const end = reader.offset + size;
      yield { name, size, content: reader.stream(size) };
      for await (const _ of reader.stream(end - reader.offset));
      if (size % 2 === 1 && (await reader.take(1))[0] !== 0x0a) throw reader.invalid('padding is not a newline', end);
    }
  } finally {
    await reader.close();
  }
}

function header(name: string, size: number, date: number): Uint8Array {
  if (name.length > NAME_MAX || !/^[\x21-\x2e\x30-\x7e]+$/.test(name)) {
    throw new DistroError(
      'FORMAT_LIMIT',
      `${JSON.stringify(name)} is not 1 to ${NAME_MAX} plain characters, as ar needs`,
    );
  }
  if (size > SIZE_MAX)
    throw new DistroError('FORMAT_LIMIT', `ar member ${name} of ${size} bytes is larger than ${SIZE_MAX}`);
  const fields = [name.padEnd(16), String(date).padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8)];
  return Buffer.from(`${fields.join('')}${String(size).padEnd(10)}\`\n`, 'latin1');
}

function parseHeader(bytes: Uint8Array, reader: ByteReader): ArHeader {
  const text = Buffer.from(bytes).toString('latin1');
  const match = /^([\x21-\x2e\x30-\x7e]+)\/? *$/.exec(text.slice(0, 16));
  const numbers = /^(?:\d+ *|-\d+ *| +)$/;
  const size = /^(\d+) *$/.exec(text.slice(48, 58))?.[1];
  const fields = [text.slice(16, 28), text.slice(28, 34), text.slice(34, 40), text.slice(40, 48)];
  if (match === null || size === undefined || !text.endsWith('`\n') || !fields.every((field) => numbers.test(field))) {
    throw reader.invalid('a member header that does not parse', reader.offset - HEADER_SIZE);
  }
  return { name: match[1] ?? '', size: Number(size) };
}
