import { fileURLToPath } from 'node:url';

/** A place in the user's own code. */
export interface Frame {
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** The innermost frame of an error's stack that is in one of the files; undefined when there is none. */
export function findOwnFrame(error: unknown, files: readonly string[]): Frame | undefined {
  if (!(error instanceof Error)) return undefined;
  return (error.stack ?? '')
    .split('\n')
    .map(parseFrame)
    .find((frame) => frame !== undefined && files.includes(frame.file));
}

/** Reads `    at name (place:line:column)` and the forms without a name. */
function parseFrame(text: string): Frame | undefined {
  const match = /^\s+at (?:.*\()?(?:async )?((?:file:\/\/)?\/.*?):(\d+):(\d+)\)?$/.exec(text);
  if (match === null) return undefined;
  const [, place = '', line, column] = match;
  const file = place.startsWith('file:') ? fileURLToPath(place) : place;
  return { file, line: Number(line), column: Number(column) };
}
