import { stripVTControlCharacters } from 'node:util';

/** Characters that a text takes on a terminal, colour not counted. Enough for the letters and signs that we print. */
export function displayWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** The text, cut to a width with `…` at its end where it is longer. Give it uncoloured text. */
export function truncate(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** The text without control characters, so that what a program printed cannot move our cursor or change our colours. */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trimEnd();
}
