import type { ProgressEvent } from '@distrokit/core/toolkit';
import type { Progress, ProgressOptions } from './progress.ts';
import { phaseLine, remainingText, stepText, stepTitle } from './progress-lines.ts';
import { ProgressModel } from './progress-model.ts';
import { formatDuration } from './units.ts';
import { printable } from './width.ts';

const LONG_STEP_MS = 10_000;
const SILENCE_MS = 30_000;

/** Progress as a log: a line for each phase and long step that ends, and a sign of life at least every 30 seconds. */
export class PlainProgress implements Progress {
  readonly #model: ProgressModel;
  readonly #options: ProgressOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #printed = new Set<string>();
  #lastPrint: number;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#model = new ProgressModel(options.now);
    this.#lastPrint = options.now();
    this.#timer = setInterval(() => this.#signOfLife(), 1000);
    // A sign of life is no reason to keep a process alive.
    this.#timer.unref();
  }

  readonly report = (event: ProgressEvent): void => {
    this.#model.handle(event);
    if (event.type === 'notice')
      this.#print(`  ${event.path === undefined ? '' : `[${event.path}] `}${printable(event.message)}`);
    if (event.type === 'step-end' && !event.cached && event.ms >= LONG_STEP_MS) {
      this.#print(`    ${stepTitle(event.title)}  ${formatDuration(event.ms)}`);
    }
    if (event.type === 'phase' || event.type === 'step-end') this.#printFinished();
  };

  finish(): void {
    this.#model.finish();
    this.#printFinished();
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** In the order of the phases: one that ends early waits for those before it. */
  #printFinished(): void {
    for (const phase of this.#model.phases) {
      if (!phase.finished) return;
      if (this.#printed.has(phase.name)) continue;
      this.#printed.add(phase.name);
      this.#print(phaseLine(phase, this.#options.style));
    }
  }

  #signOfLife(): void {
    const now = this.#options.now();
    if (now - this.#lastPrint < SILENCE_MS) return;
    const [step] = this.#model.running;
    const phase = this.#model.phases.find((candidate) => !candidate.finished);
    const count =
      phase === undefined
        ? ''
        : phase.total === undefined
          ? phase.name
          : `${phase.name} ${phase.done} of ${phase.total}`;
    const remaining = this.#model.remainingMs();
    const parts = [
      count,
      step === undefined ? '' : stepText(step, now),
      remaining === undefined || step === undefined ? '' : remainingText(remaining),
    ];
    this.#print(`  ◌ ${parts.filter((part) => part !== '').join(' · ')}`);
  }

  #print(line: string): void {
    this.#lastPrint = this.#options.now();
    this.#options.output.write(`${line}\n`);
  }
}
