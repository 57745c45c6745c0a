import { hash } from 'node:crypto';

/** A sha256 in lower-case hexadecimal: 64 characters. */
export type Sha256 = string;

/** The sha256 of bytes, or of a text's UTF-8. */
export function sha256Of(content: string | Uint8Array): Sha256 {
  return hash('sha256', content);
}

/** True for 64 lower-case hexadecimal digits. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
