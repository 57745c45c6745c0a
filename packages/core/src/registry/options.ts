import type { CredentialSource } from './auth/credentials.ts';

/** How a registry is reached. */
export interface RegistryOptions {
  /** @default `http` for loopback, `https` for every other host */
  readonly scheme?: 'http' | 'https' | undefined;
  /** Certificates in PEM that are trusted beside those of the system. */
  readonly ca?: string | undefined;
  /** Accept any certificate. @default false */
  readonly insecure?: boolean | undefined;
  /** Who is asked for credentials. @default the docker configuration, see `dockerCredentials` */
  readonly credentials?: CredentialSource | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** Connections at a time. @default 16 */
  readonly connections?: number | undefined;
  /** Milliseconds without a byte after which a request is given up. @default 60000 */
  readonly idleMs?: number | undefined;
  /** The largest part of a blob that is sent in one request, in bytes. @default the whole blob */
  readonly chunkSize?: number | undefined;
  /** The time in milliseconds, by which tokens expire. @default the clock */
  readonly now?: (() => number) | undefined;
}

/** When and how often a failed request is repeated. */
export interface RetryPolicy {
  /** How often in a row one is repeated without any progress. @default 5 */
  readonly retries: number;
  /** The first pause in milliseconds, doubled each time. @default 250 */
  readonly baseMs: number;
  /** The longest pause in milliseconds, also where the registry asks for a longer one. @default 30000 */
  readonly maxMs: number;
  /** Spreads the pauses of clients that failed together: a number from 0 to 1. @default chance */
  readonly random: () => number;
}

/** The {@link RetryPolicy} of whoever says nothing. */
export const DEFAULT_RETRY: RetryPolicy = { retries: 5, baseMs: 250, maxMs: 30_000, random: Math.random };
