/** What {@link goElf} puts into a file. */
export interface GoElfOptions {
  /** @default '1.26.8' */
  readonly go?: string;
  /** The lines that `go version -m` prints, without their first tab. */
  readonly lines: readonly string[];
  /** Whether a section header names the place, as Go's own linker has it. @default true */
  readonly section?: boolean;
  /** @default false */
  readonly bigEndian?: boolean;
  /** Bytes of other data ahead of the information in its segment, a multiple of 16. @default 0 */
  readonly before?: number;
}

const NAME = '.go.buildinfo';
const DATA_AT = 0x1000;

/** A 64-bit ELF file with a program header, a section header and what Go's linker says of a program; nothing that runs. */
export function goElf({ go = '1.26.8', lines, section = true, bigEndian = false, before = 0 }: GoElfOptions): Buffer {
  const info = Buffer.concat([Buffer.alloc(before), buildInfo(`go${go}`, lines)]);
  const names = Buffer.from(`\0${NAME}\0.shstrtab\0`);
  const namesAt = DATA_AT + info.length;
  const headersAt = Math.ceil((namesAt + names.length) / 8) * 8;
  const file = Buffer.alloc(headersAt + (section ? 3 * 64 : 0));
  const put = writers(file, bigEndian);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, bigEndian ? 2 : 1, 1]);
  put.word(32, 64);
  put.word(40, section ? headersAt : 0);
  put.half(54, 56);
  put.half(56, 1);
  put.half(58, 64);
  put.half(60, section ? 3 : 0);
  put.half(62, section ? 2 : 0);
  put.int(64, 1);
  put.int(68, 6);
  put.word(72, DATA_AT);
  put.word(96, info.length);
  file.set(info, DATA_AT);
  file.set(names, namesAt);
  if (!section) return file;
  putSection(put, headersAt + 64, { name: 1, offset: DATA_AT + before, size: info.length - before });
  putSection(put, headersAt + 128, { name: NAME.length + 2, offset: namesAt, size: names.length });
  return file;
}

/** @see https://pkg.go.dev/debug/buildinfo */
function buildInfo(version: string, lines: readonly string[]): Buffer {
  const header = Buffer.alloc(32);
  header.write('\xff Go buildinf:', 'latin1');
  header.set([8, 2], 14);
  const frame = Buffer.alloc(16, 0x2a);
  const modules = Buffer.concat([frame, Buffer.from(lines.map((line) => `${line}\n`).join('')), frame]);
  return Buffer.concat([header, sized(Buffer.from(version)), sized(modules)]);
}

function sized(bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    if (rest < 128) return Buffer.concat([Buffer.from(length), bytes]);
  }
}

interface Writers {
  half(at: number, value: number): void;
  int(at: number, value: number): void;
  word(at: number, value: number): void;
}

function writers(file: Buffer, bigEndian: boolean): Writers {
  return {
    half: (at, value) => void (bigEndian ? file.writeUInt16BE(value, at) : file.writeUInt16LE(value, at)),
    int: (at, value) => void (bigEndian ? file.writeUInt32BE(value, at) : file.writeUInt32LE(value, at)),
    word: (at, value) =>
      void (bigEndian ? file.writeBigUInt64BE(BigInt(value), at) : file.writeBigUInt64LE(BigInt(value), at)),
  };
}

function putSection(
  put: Writers,
  at: number,
  { name, offset, size }: { readonly name: number; readonly offset: number; readonly size: number },
): void {
  put.int(at, name);
  put.int(at + 4, 1);
  put.word(at + 24, offset);
  put.word(at + 32, size);
}
