import { createHash } from 'node:crypto';
import { bytes, encodeHeader, int32, int64, string } from './header.ts';
import type { HeaderTags, TagValue } from './header.ts';
import { SIGNATURE_TAG } from './tags.ts';

/** Zeros that a signature can take the place of later, without moving what follows: two of RSA-4096 fit. */
const RESERVED_LENGTH = 4128;
/** The header that follows starts at a multiple of this. */
const SIGNATURE_ALIGNMENT = 8;
const UINT32_MAX = 0xffff_ffff;

/** What the signature header is about. */
export interface SignatureOptions {
  /** The package header as it stands in the file. */
  readonly header: Uint8Array;
  /** Bytes of the compressed payload. */
  readonly payloadSize: number;
  /** Bytes of the payload before compression. */
  readonly archiveSize: number;
}

/**
 * The signature header with its padding. Its digests cover the package header, which holds the digests of the payload and
 * so covers that. There is no MD5 of both, which would be one more pass over everything: rpm verifies these digests since
 * 4.14 and ignores MD5 from 6 on.
 */
export function encodeSignature({ header, payloadSize, archiveSize }: SignatureOptions): Uint8Array {
  const { size, payloadSize: archive, longSize, longArchiveSize, ...tag } = SIGNATURE_TAG;
  const tags: HeaderTags = new Map<number, TagValue>([
    [tag.sha1, string(createHash('sha1').update(header).digest('hex'))],
    [tag.sha256, string(createHash('sha256').update(header).digest('hex'))],
    sizeTag(header.length + payloadSize, size, longSize),
    sizeTag(archiveSize, archive, longArchiveSize),
    [tag.reservedSpace, bytes(Buffer.alloc(RESERVED_LENGTH))],
  ]);
  const encoded = encodeHeader(tags, tag.headerSignatures);
  return Buffer.concat([encoded, Buffer.alloc(signaturePadding(encoded.length))]);
}

/** The zeros after a signature header of `length` bytes. */
export function signaturePadding(length: number): number {
  return (SIGNATURE_ALIGNMENT - (length % SIGNATURE_ALIGNMENT)) % SIGNATURE_ALIGNMENT;
}

function sizeTag(value: number, tag: number, longTag: number): [number, TagValue] {
  return value > UINT32_MAX ? [longTag, int64(value)] : [tag, int32(value)];
}
