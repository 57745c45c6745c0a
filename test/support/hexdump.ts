/** Bytes as `hexdump -C` prints them: golden files of packages are kept like this, so that a diff can be read. */
export function hexdump(bytes: Uint8Array): string {
  const lines: string[] = [];
  let last = '';
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const line = lineOf(bytes.subarray(offset, offset + 16));
    if (line === last) {
      if (lines.at(-1) !== '*') lines.push('*');
      continue;
    }
    lines.push(`${address(offset)}  ${line}`);
    last = line;
  }
  return [...lines, address(bytes.length), ''].join('\n');
}

function address(offset: number): string {
  return offset.toString(16).padStart(8, '0');
}

function lineOf(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const text = [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : '.')).join('');
  return `${hex.slice(0, 8).join(' ').padEnd(23)}  ${hex.slice(8).join(' ').padEnd(23)}  |${text}|`;
}
