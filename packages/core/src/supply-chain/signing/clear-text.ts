import { DistroError } from '../../errors/distro-error.ts';

/** A text and its signature, as they stand in a clear-signed file. */
export interface ClearSigned {
  /** With a newline at its end. */
  readonly text: string;
  /** ASCII-armored. */
  readonly signature: string;
}

const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const BEGIN_SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END_SIGNATURE = '-----END PGP SIGNATURE-----';

/**
 * What a signature over a text is made over: lines end with CR LF, the last one with nothing.
 *
 * @throws `TEXT_INVALID` for white space at the end of a line, which is not covered by the signature
 * @see https://www.rfc-editor.org/rfc/rfc9580.html#name-cleartext-signature-framewo
 */
export function canonicalText(text: string): Uint8Array {
  const lines = linesOf(text);
  const wrong = lines.findIndex((line) => /[ \t\r]$/u.test(line));
  if (wrong >= 0) throw new DistroError('TEXT_INVALID', `line ${wrong + 1} of a text to sign ends with white space`);
  return new TextEncoder().encode(lines.join('\r\n'));
}

/** The file that holds a text and its signature. */
export function writeClearSigned({ text, signature }: ClearSigned, hash: string): string {
  const lines = linesOf(text).map((line) => (line.startsWith('-') ? `- ${line}` : line));
  return `${[BEGIN, `Hash: ${hash}`, '', ...lines].join('\n')}\n${signature.trimEnd().replaceAll('\r', '')}\n`;
}

/**
 * Takes a clear-signed file apart. Nothing may stand before or after it, and in no header but `Hash`: what is not signed
 * must not be read by anyone.
 *
 * @throws `SIGNATURE_INVALID`
 */
export function readClearSigned(file: string): ClearSigned {
  const lines = file.split('\n');
  const start = lines.indexOf('');
  if (lines[0] !== BEGIN || start < 0) throw invalid(`it does not begin with ${BEGIN}`);
  const stranger = lines.slice(1, start).find((line) => !/^Hash: [A-Za-z0-9, -]+$/u.test(line));
  if (stranger !== undefined) throw invalid('it has a header that is not Hash');
  const end = lines.indexOf(BEGIN_SIGNATURE);
  if (end < start || lines.indexOf(END_SIGNATURE) !== lines.length - 2 || lines.at(-1) !== '')
    throw invalid('it does not end with one signature');
  const body = lines.slice(start + 1, end);
  if (body.some((line) => line.startsWith('-') && !line.startsWith('- '))) throw invalid('a line is not dash-escaped');
  const text = body.map((line) => (line.startsWith('- ') ? line.slice(2) : line)).join('\n');
  return { text: `${text}\n`, signature: lines.slice(end).join('\n') };
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/u, '').split('\n');
}

function invalid(reason: string): DistroError {
  return new DistroError('SIGNATURE_INVALID', `a clear-signed file is malformed: ${reason}`);
}
