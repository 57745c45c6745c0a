import type { Problem } from '@distrokit/core';
import { formatCount } from './units.ts';
import type { Style } from './style.ts';

/** What {@link renderProblems} says beside the problems. */
export interface RenderProblemsOptions {
  /** The end of the last line, such as `nothing was written`. */
  readonly outcome?: string;
}

/** Problems as people read them: one line each with its construct, its hint below, and their number at the end. */
export function renderProblems(
  problems: readonly Problem[],
  style: Style,
  options: RenderProblemsOptions = {},
): string {
  const blocks = problems.map((problem) => renderProblem(problem, style)).join('');
  const outcome = options.outcome === undefined ? '' : `, ${options.outcome}`;
  if (problems.length === 1 && outcome === '') return blocks;
  return `${blocks}${formatCount(problems.length, 'problem')}${outcome}\n`;
}

function renderProblem({ code, message, path, hint }: Problem, style: Style): string {
  const where = path === undefined ? '' : `${style.cyan(`[${path}]`)} `;
  const line = `${style.red('✖')} ${where}${style.bold(code)}  ${indent(message)}\n`;
  return hint === undefined ? line : `${line}    ${style.dim('hint:')} ${indent(hint)}\n`;
}

/** Further lines of a message, such as the end of a log, stand under its first one. */
function indent(text: string): string {
  return text.replaceAll('\n', '\n    ');
}
