import { createHash, hash } from 'node:crypto';
import { DistroError } from '../errors/distro-error.ts';
import type { ContentId } from './content.ts';

/** Follows bytes and says at their end whether they are the ones that were asked for. */
export interface DigestCheck {
  /** Bytes so far. */
  readonly size: number;
  /** @throws DIGEST_MISMATCH as soon as there are too many */
  update(chunk: Uint8Array): void;
  /** @throws DIGEST_MISMATCH */
  end(): void;
}

/** A check against a descriptor. `what` names the content in errors. */
export function newDigestCheck({ digest, size }: ContentId, what: string): DigestCheck {
  const running = createHash(algorithmOf(digest));
  let seen = 0;
  return {
    get size() {
      return seen;
    },
    update(chunk) {
      seen += chunk.length;
      if (seen > size) throw mismatch(what, `more than ${size} bytes`, `${size} bytes`);
      running.update(chunk);
    },
    end() {
      if (seen !== size) throw mismatch(what, `${seen} bytes`, `${size} bytes`);
      const got = `${algorithmOf(digest)}:${running.digest('hex')}`;
      if (got !== digest) throw mismatch(what, `digest ${got}`, digest);
    },
  };
}

/** The digest of bytes by the algorithm of another digest. @default sha256 */
export function digestOf(bytes: Uint8Array, like = 'sha256:'): string {
  const algorithm = algorithmOf(like);
  return `${algorithm}:${hash(algorithm, bytes)}`;
}

/** The error for bytes that are not those that were named. */
export function mismatch(what: string, got: string, expected: string): DistroError {
  return new DistroError('DIGEST_MISMATCH', `${what} has ${got}, not ${expected}`);
}

function algorithmOf(digest: string): 'sha256' | 'sha512' {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}
