import { DistroError } from '../../errors/distro-error.ts';
import { isRpmEvr } from '../../model/rpm-version.ts';
import { SENSE } from './tags.ts';

/** A relation as the header keeps it, in three values. */
export interface RpmRelation {
  /** A name, a path, or a whole rich relation in parentheses. */
  readonly name: string;
  /** Bits of {@link SENSE}. */
  readonly flags: number;
  /** `[epoch:]version[-release]`; empty when any version will do. */
  readonly version: string;
}

const OPERATORS: Readonly<Record<string, number>> = {
  '<': SENSE.less,
  '<=': SENSE.less | SENSE.equal,
  '=': SENSE.equal,
  '>=': SENSE.greater | SENSE.equal,
  '>': SENSE.greater,
};
const COMPARISON: number = SENSE.less | SENSE.equal | SENSE.greater;

/**
 * Parses a relation in rpm's syntax: `iptables`, `iptables >= 1.4.21`, `config(kubelet) = 1:2.0~rc1-1`, or a rich
 * relation such as `(systemd or shadow-utils >= 4.6)`.
 *
 * @throws `RELATION_INVALID`
 * @see rpm-dependencies(7)
 */
export function parseRelation(text: string): RpmRelation {
  const relation = text.startsWith('(') ? parseRich(text) : parseSimple(text.split(' '));
  if (relation !== undefined) return relation;
  throw new DistroError('RELATION_INVALID', `relation ${JSON.stringify(text)} is not one that rpm can read`, {
    hint: 'write it as: name, name >= 1.4.21, or (name or other)',
  });
}

/** A relation in text, as `rpm -q --requires` prints it. */
export function formatRelation({ name, flags, version }: RpmRelation): string {
  const operator = Object.keys(OPERATORS).find((each) => OPERATORS[each] === (flags & COMPARISON));
  return operator === undefined ? name : `${name} ${operator} ${version}`;
}

/** True for a relation that is a boolean expression; rpm 4.13 and later read those. */
export function isRich({ name }: RpmRelation): boolean {
  return name.startsWith('(');
}

function parseSimple(words: readonly string[]): RpmRelation | undefined {
  const [name = '', operator, version, ...more] = words;
  if (!isRelationName(name) || more.length > 0) return undefined;
  if (operator === undefined) return { name, flags: 0, version: '' };
  const flags = OPERATORS[operator];
  if (flags === undefined || version === undefined || !isRpmEvr(version)) return undefined;
  return { name, flags, version };
}

/** Names of packages, absolute paths, and what generators make: `libc.so.6(GLIBC_2.34)(64bit)`, `user(etcd)`. */
function isRelationName(name: string): boolean {
  return /^[A-Za-z0-9_/](?:[A-Za-z0-9._+:/~^@%*-]|\([A-Za-z0-9._+:/~^@%=*-]*\))*$/.test(name);
}

/** Operators that may follow each other: `(a or b or c)`, `(a if b else c)`. */
const RICH_CHAINS: readonly RegExp[] = [
  /^and( and)*$/,
  /^or( or)*$/,
  /^with( with)*$/,
  /^without$/,
  /^(if|unless)( else)?$/,
];

function parseRich(text: string): RpmRelation | undefined {
  const parser = new RichParser(text);
  return parser.parse() ? { name: text, flags: 0, version: '' } : undefined;
}

/** Checks the syntax of a rich relation by descending into its parentheses; rpm keeps the text itself. */
class RichParser {
  /** Words and the parentheses around them; those inside a name belong to the name. */
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(text: string) {
    const tokens: string[] = [];
    for (const word of text.split(' ')) {
      const open = /^\(*/.exec(word)?.[0].length ?? 0;
      const rest = word.slice(open);
      const close = surplusOf(rest);
      tokens.push(...'('.repeat(open), rest.slice(0, rest.length - close), ...')'.repeat(close));
    }
    this.#tokens = tokens;
  }

  parse(): boolean {
    return this.#group() && this.#next === this.#tokens.length;
  }

  #group(): boolean {
    if (this.#take() !== '(' || !this.#operand()) return false;
    const operators: string[] = [];
    while (this.#peek() !== ')') {
      operators.push(this.#take());
      if (!this.#operand()) return false;
    }
    this.#take();
    return RICH_CHAINS.some((chain) => chain.test(operators.join(' ')));
  }

  #operand(): boolean {
    if (this.#peek() === '(') return this.#group();
    const words = [this.#take()];
    if (OPERATORS[this.#peek()] !== undefined) words.push(this.#take(), this.#take());
    return parseSimple(words) !== undefined;
  }

  #peek(): string {
    return this.#tokens[this.#next] ?? '';
  }

  #take(): string {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }
}

/** How many of the closing parentheses at the end of a word have no opening one in it. */
function surplusOf(word: string): number {
  const closing = /\)*$/.exec(word)?.[0].length ?? 0;
  const opened = word.split('(').length - word.split(')').length;
  return Math.min(closing, Math.max(0, -opened));
}
