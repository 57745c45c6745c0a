import { sha256Of, type Sha256 } from './digest.ts';

/** No image has a digest that begins so: finding one would take 2^64 attempts. */
const MARK = '0000000000000000';
const PLACEHOLDER = /(?<=@sha256:)0{16}[0-9a-f]{48}(?![0-9a-f])/g;

/**
 * What stands for the digest of an image until it is built, as 64 hexadecimal digits: a reference with it parses like
 * any other. It depends on name and tag only, so that an image can be named before its construct is there.
 */
export function imagePlaceholder(name: string, tag: string): Sha256 {
  return MARK + sha256Of(`distrokit image ${name}:${tag}`).slice(MARK.length);
}

/** The placeholders in every text of a value, keys included, each with the reference that it was first found in. */
export function findPlaceholders(value: unknown): ReadonlyMap<Sha256, string> {
  const found = new Map<Sha256, string>();
  visit(value, found);
  return found;
}

/** The same value with every placeholder in its texts replaced; the value itself where there is none. */
export function replacePlaceholders<T>(value: T, digestOf: (placeholder: Sha256) => Sha256): T {
  return (typeof value === 'string' ? replaceText(value, digestOf) : replaceWithin(value, digestOf)) as T;
}

/** The reference without a digest that is a placeholder. */
export function withoutPlaceholder(reference: string): string {
  return reference.replace(/@sha256:0{16}[0-9a-f]{48}$/, '');
}

function visit(value: unknown, found: Map<Sha256, string>): void {
  if (typeof value === 'string') {
    if (!value.includes(MARK)) return;
    for (const { 0: placeholder, index } of value.matchAll(PLACEHOLDER)) {
      if (!found.has(placeholder)) found.set(placeholder, referenceBefore(value, index));
    }
  } else if (Array.isArray(value)) {
    for (const item of value) visit(item, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      visit(key, found);
      visit(member, found);
    }
  }
}

/** The name and tag that stand before a placeholder in a text. */
function referenceBefore(text: string, index: number): string {
  return /[A-Za-z0-9._:/-]*$/.exec(text.slice(Math.max(0, index - 512), index - '@sha256:'.length))?.[0] ?? '';
}

function replaceText(text: string, digestOf: (placeholder: Sha256) => Sha256): string {
  return text.includes(MARK) ? text.replace(PLACEHOLDER, digestOf) : text;
}

function replaceWithin(value: unknown, digestOf: (placeholder: Sha256) => Sha256): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => replacePlaceholders(item, digestOf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      replaceText(key, digestOf),
      replacePlaceholders(member as unknown, digestOf),
    ]),
  );
}
