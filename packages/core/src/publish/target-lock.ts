import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DistroError } from '../errors/distro-error.ts';
import { bytesSource, type Blob } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { currentOwner, ownerState } from '../store/process-owner.ts';
import { bootId } from '../store/stat-signature.ts';
import type { PublishTarget } from './publish-target.ts';

/** What {@link withTargetLock} takes. */
export interface TargetLockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once when another publisher is found at work. */
  readonly onWait?: (holder: string) => void;
  /** Milliseconds between two signs of life of a holder. @default 5000 */
  readonly beat?: number;
  /** Milliseconds without a sign of life after which a holder that cannot be seen from here is dead. @default 60000 */
  readonly silence?: number;
}

/** The lock while it is held. */
export interface TargetLock {
  /** To be called before what clients look at first is written. @throws PUBLISH_CONFLICT when the lock was lost */
  readonly assertHeld: () => Promise<void>;
}

const DIRECTORY = '.distrokit-lock/';

/**
 * Runs `work` while nobody else publishes to the target; waits for a living publisher, takes over from a dead one.
 *
 * Works on anything that lists what was written before: each publisher writes a ticket of its own, then lists the
 * tickets. Alone, it holds the lock; otherwise it takes its ticket back and tries again after a random while. Two that
 * write at once see each other and both step back, so that never two hold it.
 *
 * @throws CANCELLED; what the target throws
 */
export async function withTargetLock<T>(
  target: PublishTarget,
  work: (lock: TargetLock) => Promise<T>,
  options: TargetLockOptions = {},
): Promise<T> {
  const { beat = 5000 } = options;
  const ticket = `${DIRECTORY}${randomUUID()}`;
  const owner = currentOwner();
  await acquire(target, ticket, owner, options);
  const heartbeat = startHeartbeat(target, ticket, owner, beat);
  try {
    return await work({ assertHeld: () => heartbeat.check() });
  } finally {
    await heartbeat.stop();
    await target.remove(ticket);
  }
}

interface Heartbeat {
  check(): Promise<void>;
  stop(): Promise<void>;
}

/** Shows that the holder lives, and finds out when somebody who did not believe it took the lock. */
function startHeartbeat(target: PublishTarget, ticket: string, owner: string, beat: number): Heartbeat {
  let beats = 0;
  let isLost = false;
  let pending = Promise.resolve();
  const look = async (): Promise<void> => {
    isLost ||= (await target.read(ticket)) === undefined;
  };
  const show = async (): Promise<void> => {
    await look();
    if (!isLost) await target.write(ticket, ticketText(owner, ++beats));
  };
  const timer = setInterval(() => {
    // A target that cannot be reached for a moment is the business of the work itself.
    pending = pending.then(show).catch(() => {});
  }, beat);
  return {
    async check() {
      await pending;
      await look();
      if (!isLost) return;
      const hint = 'publish again: what was written so far is kept';
      throw new DistroError('PUBLISH_CONFLICT', `another publisher took over ${target.url}`, { hint });
    },
    async stop() {
      clearInterval(timer);
      await pending;
    },
  };
}

async function acquire(
  target: PublishTarget,
  ticket: string,
  owner: string,
  { signal, onWait, beat = 5000, silence = 60_000 }: TargetLockOptions,
): Promise<void> {
  const seen = new Map<string, Seen>();
  let isWaiting = false;
  for (;;) {
    await target.write(ticket, ticketText(owner, 0));
    const others = (await target.list(DIRECTORY)).filter((path) => path !== ticket);
    const living = await livingOf(target, others, seen, silence);
    if (others.length === 0) return;
    await target.remove(ticket);
    if (living.length > 0 && !isWaiting) {
      isWaiting = true;
      onWait?.(living.join(', '));
    }
    // A random while, or two that step back together would meet again and again.
    await sleep(
      Math.random() * Math.min(beat, living.length > 0 ? 500 : 20),
      undefined,
      signal ? { signal } : {},
    ).catch(() => {});
    if (signal?.aborted === true) throw new DistroError('CANCELLED', 'stopped while waiting for another publisher');
  }
}

interface Seen {
  readonly text: string;
  readonly since: number;
}

/** The tickets of holders that live; those of dead ones are removed. */
async function livingOf(
  target: PublishTarget,
  tickets: readonly string[],
  seen: Map<string, Seen>,
  silence: number,
): Promise<readonly string[]> {
  const living: string[] = [];
  for (const path of tickets) {
    const bytes = await target.read(path);
    if (bytes === undefined) continue;
    const text = Buffer.from(bytes).toString('latin1');
    let known = seen.get(path);
    if (known?.text !== text) seen.set(path, (known = { text, since: performance.now() }));
    if (isDead(text) || performance.now() - known.since > silence) await target.remove(path);
    else living.push(path.slice(DIRECTORY.length));
  }
  return living;
}

/** Certain only of a process of this boot; another machine's is judged by its signs of life. */
function isDead(text: string): boolean {
  const owner = text.split(' ')[0] ?? '';
  return owner.startsWith(`${bootId()}.`) && ownerState(owner) === 'dead';
}

function ticketText(owner: string, beats: number): Blob {
  const text = `${owner} ${beats}\n`;
  return { ...bytesSource(text), sha256: sha256Of(text) };
}
