import type { IncomingMessage } from 'node:http';
import { DistroError } from '../errors/distro-error.ts';
import { fsError } from '../store/fs-error.ts';
import { redact } from './http-get.ts';

/** A failed attempt at a download. */
export interface DownloadFailure {
  readonly error: DistroError;
  /** May another attempt help? */
  readonly passing: boolean;
  /** How long the server asked to wait. */
  readonly waitMs?: number;
}

/** Thrown inside an attempt for a failure that another attempt may not meet. */
export class PassingFailure extends Error implements DownloadFailure {
  readonly error: DistroError;
  readonly passing = true;
  readonly waitMs?: number;

  constructor(error: DistroError, waitMs?: number) {
    super(error.message);
    this.error = error;
    if (waitMs !== undefined) this.waitMs = waitMs;
  }
}

const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const MAX_WAIT_SECONDS = 30;

/** The error for an answer that is neither content nor a redirect. */
export function statusFailure(address: string, response: IncomingMessage): Error {
  const status = response.statusCode ?? 0;
  const message = `${redact(address)} answered with status ${status}`;
  if (!PASSING.has(status)) return new DistroError('SOURCE_UNAVAILABLE', message);
  const seconds = Number(response.headers['retry-after']);
  const waitMs = seconds > 0 ? Math.min(seconds, MAX_WAIT_SECONDS) * 1000 : undefined;
  return new PassingFailure(new DistroError('DOWNLOAD_FAILED', message), waitMs);
}

/** What a thrown value means for the download. Errors of our own disk do not pass by waiting. */
export function failureOf(address: string, file: string, error: unknown): DownloadFailure {
  if (error instanceof PassingFailure) return error;
  if (error instanceof DistroError) return { error, passing: false };
  const local = fsError(error, file);
  if (local instanceof DistroError) return { error: local, passing: false };
  const { code, message } = error as NodeJS.ErrnoException;
  const why = message === '' ? code : message;
  const failed = new DistroError('DOWNLOAD_FAILED', `${redact(address)}: ${why}`, {
    hint: 'is the server reachable from here? HTTPS_PROXY and NO_PROXY are honoured',
    cause: error,
  });
  return { error: failed, passing: true };
}

/** Bytes that are not the pinned ones. */
export function mismatch(address: string, got: string, expected: string): DistroError {
  return new DistroError('DIGEST_MISMATCH', `${redact(address)} has ${got}, the lock pins ${expected}`, {
    hint: `if upstream replaced the file on purpose, pin the new one: distrokit update ${redact(address)}`,
  });
}
