import { setTimeout as sleep } from 'node:timers/promises';
import { DistroError } from '../errors/distro-error.ts';
import { PassingFailure } from '../sources/download-failure.ts';
import type { RetryPolicy } from './options.ts';

/** Counts the failures of one piece of work and waits between its attempts. */
export interface Patience {
  /**
   * Returns, after a pause, when another attempt may help; the pause doubles with every failure in a row.
   *
   * @throws the failure, when it is final; CANCELLED
   */
  afterFailure(error: unknown): Promise<void>;
  /** The work got on: the next failure is the first one again. */
  reset(): void;
}

/** A new {@link Patience} for a piece of work. */
export function newPatience(policy: RetryPolicy, signal?: AbortSignal): Patience {
  let failures = 0;
  return {
    async afterFailure(error) {
      if (signal?.aborted === true) throw cancelled();
      if (!(error instanceof PassingFailure)) throw error;
      failures += 1;
      if (failures > policy.retries) throw error.error;
      await pause(pauseMs(policy, failures, error.waitMs), signal);
    },
    reset() {
      failures = 0;
    },
  };
}

/** Repeats work while its failures may pass. */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const patience = newPatience(policy, signal);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      await patience.afterFailure(error);
    }
  }
}

/** Milliseconds before the next attempt: what the registry asked for, else half to all of the doubled pause. */
export function pauseMs({ baseMs, maxMs, random }: RetryPolicy, failures: number, askedMs?: number): number {
  if (askedMs !== undefined) return Math.min(askedMs, maxMs);
  const whole = Math.min(baseMs * 2 ** (failures - 1), maxMs);
  return whole / 2 + (whole / 2) * random();
}

/** The milliseconds that a `Retry-After` asks for; undefined when it cannot be read. See RFC 9110, section 10.2.3. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/u.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What an aborted signal is thrown as. */
export function cancelled(): DistroError {
  return new DistroError('CANCELLED', 'stopped while working with a registry');
}

/** Waits. @throws CANCELLED */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    throw cancelled();
  }
}

/** Waits for work that others wait for too: the signal ends only the waiting. @throws CANCELLED */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(cancelled());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
