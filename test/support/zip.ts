import { crc32 } from 'node:zlib';

/**
 * A zip archive of text files, stored without compression, as a Go module proxy serves modules.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.3
 */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, content] = [Buffer.from(path), Buffer.from(text)];
    const fields = fieldsOf(name, content);
    const local = Buffer.concat([uint32(0x04034b50), uint16(20), fields, name, content]);
    const rest = [uint16(0), uint16(0), uint16(0), uint32(0), uint32(offset)];
    central.push(Buffer.concat([uint32(0x02014b50), uint16(20), uint16(20), fields, ...rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const count = uint16(central.length);
  const end = [
    uint32(0x06054b50),
    uint16(0),
    uint16(0),
    count,
    count,
    uint32(directory.length),
    uint32(offset),
    uint16(0),
  ];
  return Buffer.concat([...locals, directory, ...end]);
}

/** Flags, method, time, date, checksum, both sizes and the lengths of name and extra field. */
function fieldsOf(name: Buffer, content: Buffer): Buffer {
  const size = uint32(content.length);
  return Buffer.concat([Buffer.alloc(8), uint32(crc32(content)), size, size, uint16(name.length), uint16(0)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
