import type { ProgressEvent } from '@distrokit/core/toolkit';
import type { Progress, ProgressOptions } from './progress.ts';
import { phaseLine, remainingText, stepText } from './progress-lines.ts';
import { ProgressModel } from './progress-model.ts';
import { displayWidth, printable, truncate } from './width.ts';

const FRAME_MS = 100;
const MAX_STEPS = 8;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_TO_END = '\u001b[J';

/** Progress on a terminal: the same few lines, drawn again ten times a second at most. */
export class LiveProgress implements Progress {
  readonly #model: ProgressModel;
  readonly #options: ProgressOptions;
  readonly #begin: number;
  #timer: NodeJS.Timeout | undefined;
  #drawn = 0;
  #dirty = true;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#model = new ProgressModel(options.now);
    this.#begin = options.now();
    options.output.write(HIDE_CURSOR);
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
    // Drawing is no reason to keep a process alive.
    this.#timer.unref();
  }

  readonly report = (event: ProgressEvent): void => {
    this.#model.handle(event);
    this.#dirty = true;
    if (event.type === 'notice')
      this.#print(`  ${event.path === undefined ? '' : `[${event.path}] `}${printable(event.message)}\n`);
  };

  finish(): void {
    if (this.#timer === undefined) return;
    this.#model.finish();
    this.#print(
      this.#phaseLines()
        .map((line) => `${line}\n`)
        .join(''),
    );
    this.#end();
  }

  [Symbol.dispose](): void {
    if (this.#timer === undefined) return;
    this.#print('');
    this.#end();
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#options.output.write(SHOW_CURSOR);
  }

  #draw(): void {
    // A running step's time moves on even when nothing is reported.
    if (!this.#dirty && this.#model.running.length === 0) return;
    this.#dirty = false;
    const lines = [...this.#phaseLines(), ...this.#stepLines()];
    this.#print(lines.map((line) => `${line}\n`).join(''));
    this.#drawn = lines.length;
  }

  /** Puts text in place of what was drawn, in one write so that nothing flickers; drawing goes on below it. */
  #print(text: string): void {
    const back = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\r${CLEAR_TO_END}`;
    this.#drawn = 0;
    if (back + text !== '') this.#options.output.write(back + text);
  }

  #phaseLines(): readonly string[] {
    return this.#model.phases.map((phase) => phaseLine(phase, this.#options.style)).map((line) => this.#fit(line));
  }

  #stepLines(): readonly string[] {
    const { style, now, output } = this.#options;
    const steps = this.#model.running.slice(0, MAX_STEPS);
    const lines = steps.map((step) => style.dim(truncate(`      ${stepText(step, now())}`, output.columns - 1)));
    const remaining = this.#model.remainingMs();
    // At the start the store is still being asked, and what it has costs no time.
    if (remaining === undefined || now() - this.#begin < 2000 || steps.length === 0) return lines;
    return [...lines, style.dim(`      ${remainingText(remaining)}`)];
  }

  /** A line that wraps would be drawn over wrongly. */
  #fit(line: string): string {
    return displayWidth(line) < this.#options.output.columns
      ? line
      : truncate(printable(line), this.#options.output.columns - 1);
  }
}
