import type { ProgressEvent } from '@distrokit/core/toolkit';

/** Where one phase of an operation stands. */
export interface PhaseState {
  readonly name: string;
  /** Undefined where the number of steps is not known. */
  readonly total: number | undefined;
  readonly done: number;
  /** Of `done`, those that the store had. */
  readonly cached: number;
  readonly finished: boolean;
  /** How long it took, or has taken so far. */
  readonly ms: number;
}

/** A step that runs. */
export interface RunningStep {
  readonly title: string;
  readonly phase: string | undefined;
  /** When it began. */
  readonly since: number;
  readonly expectedMs: number | undefined;
  /** Part of its bytes that are here, 0 to 1, for downloads. */
  readonly part: number | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Phase = Mutable<Omit<PhaseState, 'ms'>> & { readonly since: number; until: number | undefined };

/** What progress events add up to: no output, no clock of its own. */
export class ProgressModel {
  readonly #now: () => number;
  readonly #phases: Phase[] = [];
  readonly #running = new Map<string, Mutable<RunningStep>>();
  readonly #expected = new Map<string, number>();
  #jobs = 1;
  #expectedOfBuilt = 0;
  #msOfBuilt = 0;

  /** @param now - milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The phases in the order they began. */
  get phases(): readonly PhaseState[] {
    return this.#phases.map(({ since, until, ...phase }) => ({ ...phase, ms: (until ?? this.#now()) - since }));
  }

  /** The steps that run, the longest-running first. */
  get running(): readonly RunningStep[] {
    return [...this.#running.values()];
  }

  /** Takes one event in. */
  handle(event: ProgressEvent): void {
    switch (event.type) {
      case 'phase':
        return this.#begin(event.phase, event.total);
      case 'forecast':
        this.#jobs = Math.max(1, event.jobs);
        for (const { id, expectedMs } of event.steps) this.#expected.set(id, expectedMs);
        return;
      case 'step-start': {
        const { id, title, phase, expectedMs = this.#expected.get(id) } = event;
        this.#running.set(id, { title, phase, since: this.#now(), expectedMs, part: undefined });
        return;
      }
      case 'step-progress':
        return this.#advance(event.id, event.done, event.total);
      case 'step-end':
        return this.#end(event);
      case 'step-output':
      case 'notice':
        break;
    }
  }

  /** Ends the phases that have no number of steps to end them. */
  finish(): void {
    for (const phase of this.#phases) if (phase.total === undefined) this.#close(phase);
  }

  /**
   * Milliseconds that the forecast leaves, corrected by how this run's steps compare with it so far; undefined without
   * a forecast. Never less than what the longest step still needs.
   */
  remainingMs(): number | undefined {
    if (this.#expected.size === 0) return undefined;
    // One expected minute at the forecast's own pace counts along, so that the first small steps do not decide alone.
    const pace = (this.#msOfBuilt + 60_000) / (this.#expectedOfBuilt + 60_000);
    let sum = 0;
    let longest = 0;
    for (const [id, expectedMs] of this.#expected) {
      const running = this.#running.get(id);
      const spent = running === undefined ? 0 : this.#now() - running.since;
      const left = Math.max(expectedMs * pace - spent, 0);
      sum += left;
      longest = Math.max(longest, left);
    }
    return Math.max(sum / this.#jobs, longest);
  }

  #begin(name: string, total: number | undefined): void {
    this.finish();
    const phase: Phase = { name, total, done: 0, cached: 0, finished: false, since: this.#now(), until: undefined };
    this.#phases.push(phase);
    if (total === 0) this.#close(phase);
  }

  #advance(id: string, done: number, total: number | undefined): void {
    const step = this.#running.get(id);
    if (step !== undefined && total !== undefined && total > 0) step.part = Math.min(1, done / total);
  }

  #end({ id, phase: name, ms, cached }: Extract<ProgressEvent, { type: 'step-end' }>): void {
    const expected = this.#expected.get(id);
    if (expected !== undefined && !cached) {
      this.#expectedOfBuilt += expected;
      this.#msOfBuilt += ms;
    }
    this.#expected.delete(id);
    this.#running.delete(id);
    const phase = name === undefined ? this.#phases.at(-1) : this.#phases.find((candidate) => candidate.name === name);
    if (phase === undefined) return;
    phase.done += 1;
    if (cached) phase.cached += 1;
    if (phase.done === phase.total) this.#close(phase);
  }

  #close(phase: Phase): void {
    phase.finished = true;
    phase.until ??= this.#now();
  }
}
