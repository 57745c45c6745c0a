/**
 * How one text or number is written so that every reader takes it for the same value: YAML 1.2's core schema, YAML 1.1
 * (where `yes`, `0o17`, `12:30:45` and dates are something else) and the Go readers behind kubectl.
 */

/** Characters that a plain scalar may start with without ever being a number, an indicator or a document marker. */
const PLAIN_START = /^(?:[A-Za-z_/$(]|--?[A-Za-z]|\.(?:[A-Za-z]|\/))/;

/** A number with a unit or a slash, such as `100m`, `170Mi` or `10/8`: a character that no number of either YAML has. */
const QUANTITY = /^[0-9][0-9a-fA-FxXoOpP_.:+\-TtZz]*[g-nq-swyG-NQ-SWY%/]/;

/** Printable ASCII throughout, so that nothing depends on what a reader thinks of other characters. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/** What ends a plain scalar or turns it into a key or a comment. */
const PLAIN_BREAK = /: | #|:$| $/;

/** Words that one of the readers takes for a boolean, null or a float, whatever their case; `e2` and `.e+2` are floats to some. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|\.inf|\.nan|[-+]?\.?e[-+]?[0-9]+)$/i;

/**
 * Most texts of a manifest: no character in them means anything to YAML, so one look is enough. A word that is too long
 * to be reserved, or no word of `e` and digits, which has any length.
 */
const WORD = /^(?![eE][-+]?[0-9]+$)[A-Za-z_/$(][A-Za-z0-9_/$().,=@+-]*$/;

/** The length of `false`. */
const LONGEST_RESERVED_WORD = 5;

/** What JSON leaves as it is and YAML forbids, folds or takes for a line break. Global, for replacement. */
const UNSAFE_IN_QUOTES = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** What a literal block cannot hold: controls, halves of surrogate pairs, other line breaks, a line of white space. */
const UNSAFE_IN_LITERAL = /(?![\t\n])\p{Cc}|[\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]|^[ \t]+$/mu;

/** A text in one line: plain where no reader can take it for something else, else in quotes. */
export function yamlText(text: string): string {
  if (isPlain(text)) return text;
  const quotedBest = (text.includes('"') || text.includes('\\')) && PRINTABLE_ASCII.test(text);
  return quotedBest ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text);
}

/**
 * A text of several lines as a literal block (`|`), without the line break that ends it; undefined where a block cannot
 * hold the text. `indent` is the indentation of the content.
 */
export function yamlLiteral(text: string, indent: string): string | undefined {
  if (!text.includes('\n') || /^\n*$/.test(text) || UNSAFE_IN_LITERAL.test(text)) return undefined;
  // A reader takes the indentation from the first line with content: say it where that line starts with white space.
  const indicator = /^\n*[ \t]/.test(text) ? '2' : '';
  const chomping = !text.endsWith('\n') ? '-' : text.endsWith('\n\n') ? '+' : '';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  return `|${indicator}${chomping}\n${body.replace(/^(?!$)/gm, indent)}`;
}

/**
 * A number as JSON has it, but always a number in YAML 1.1 too, which wants a point before an exponent. `-0` is written
 * `0`, as JSON does. The caller has refused NaN and the infinities.
 */
export function yamlNumber(value: number): string {
  const text = String(value);
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

function isPlain(text: string): boolean {
  if (WORD.test(text)) return text.length > LONGEST_RESERVED_WORD || !RESERVED.test(text);
  if (!PLAIN_START.test(text) && !QUANTITY.test(text)) return false;
  return PRINTABLE_ASCII.test(text) && !PLAIN_BREAK.test(text) && !RESERVED.test(text);
}

function doubleQuoted(text: string): string {
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(UNSAFE_IN_QUOTES, escape);
}
