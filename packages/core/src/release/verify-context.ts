import type { Release } from './document.ts';

/** What each part of the verification works on. */
export interface VerifyContext {
  readonly directory: string;
  readonly release: Release;
  /** Files whose bytes are what the release says; the others are reported once and not looked into. */
  readonly whole: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}
