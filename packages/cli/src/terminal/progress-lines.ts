import type { PhaseState, RunningStep } from './progress-model.ts';
import type { Style } from './style.ts';
import { formatDuration } from './units.ts';
import { printable, truncate } from './width.ts';

/** One phase in one line, uncoloured but for its mark: `✔ packages    52 of 52   (40 from the store)`. */
export function phaseLine(phase: PhaseState, style: Style): string {
  const mark = phase.finished ? style.green('✔') : style.cyan('◌');
  return `  ${mark} ${phase.name.padEnd(12)} ${phaseCounts(phase)}`.trimEnd();
}

function phaseCounts({ total, done, cached, finished, ms }: PhaseState): string {
  const count = total === undefined ? '' : `${done} of ${total}`;
  const store = cached === 0 ? '' : cached === total ? '(all from the store)' : `(${cached} from the store)`;
  const time = finished && ms >= 1000 ? formatDuration(ms) : '';
  return [count, store, time].filter((part) => part !== '').join('   ');
}

/** A step that runs, with how far it is: `kubelet 1.36.3-1 arm64 rpm  40 %`, `go build … 1 min 02 s of 2 min 10 s`. */
export function stepText({ title: full, since, expectedMs, part }: RunningStep, now: number): string {
  const title = stepTitle(full);
  const spent = now - since;
  if (part !== undefined) return `${title}  ${Math.floor(part * 100)} %`;
  if (spent < 3000) return title;
  const expected = expectedMs === undefined || expectedMs < spent ? '' : ` of ${formatDuration(expectedMs)}`;
  return `${title}  ${formatDuration(spent)}${expected}`;
}

/** A step's title for one line: without control characters, and short enough to leave room for the rest. */
export function stepTitle(title: string): string {
  return truncate(printable(title), 64);
}

/** The time that is left, in words that do not promise a second: `about 5 min left`. */
export function remainingText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 10) return 'a few seconds left';
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes} min left`;
  return `about ${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min left`;
}
