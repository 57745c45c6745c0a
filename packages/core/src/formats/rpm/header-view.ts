import { DistroError } from '../../errors/distro-error.ts';
import type { TagValue } from './header.ts';
import type { ReadHeader } from './header-reader.ts';

/** A header that was read, asked for values of the types that they must have. Every refusal is `FORMAT_INVALID`. */
export class HeaderView {
  readonly #header: ReadHeader;
  readonly #what: string;

  /** @param what - names the header in errors, such as `rpm header` */
  constructor(header: ReadHeader, what: string) {
    this.#header = header;
    this.#what = what;
  }

  /** The tags that are there, sorted. */
  get tags(): readonly number[] {
    return [...this.#header.tags.keys()];
  }

  has(tag: number): boolean {
    return this.#header.tags.has(tag);
  }

  tryString(tag: number): string | undefined {
    const value = this.#header.tags.get(tag);
    if (value === undefined) return undefined;
    if (value.type === 'string') return value.value;
    if (value.type === 'i18n') return value.values[0];
    throw this.#wrongType(tag, value, 'a text');
  }

  string(tag: number): string {
    return this.#present(tag, this.tryString(tag));
  }

  tryStrings(tag: number): readonly string[] | undefined {
    const value = this.#header.tags.get(tag);
    if (value === undefined) return undefined;
    if (value.type !== 'strings') throw this.#wrongType(tag, value, 'a list of texts');
    return value.values;
  }

  strings(tag: number, length: number): readonly string[] {
    return this.#exactly(length, tag, this.#present(tag, this.tryStrings(tag)));
  }

  tryNumbers(tag: number, ...types: readonly ('int16' | 'int32' | 'int64')[]): readonly number[] | undefined {
    const value = this.#header.tags.get(tag);
    if (value === undefined) return undefined;
    if (value.type === 'int16' || value.type === 'int32' || value.type === 'int64') {
      if (types.includes(value.type)) return value.values;
    }
    throw this.#wrongType(tag, value, types.join(' or '));
  }

  numbers(tag: number, type: 'int16' | 'int32' | 'int64', length: number): readonly number[] {
    return this.#exactly(length, tag, this.#present(tag, this.tryNumbers(tag, type)));
  }

  /** One 32-bit number. */
  number(tag: number): number {
    return this.numbers(tag, 'int32', 1)[0] ?? 0;
  }

  /** One number that is under the first tag with 32 bits, or under the second with 64 when it needs them. */
  size(tag: number, longTag: number): number {
    if (!this.has(longTag)) return this.number(tag);
    if (this.has(tag)) throw this.invalid(`tags ${tag} and ${longTag} are both there`);
    return this.numbers(longTag, 'int64', 1)[0] ?? 0;
  }

  tryBytes(tag: number): Uint8Array | undefined {
    const value = this.#header.tags.get(tag);
    if (value === undefined) return undefined;
    if (value.type !== 'bytes') throw this.#wrongType(tag, value, 'bytes');
    return value.value;
  }

  /** An error about the content of the header. */
  invalid(message: string): DistroError {
    return new DistroError('FORMAT_INVALID', `${this.#what} at byte ${this.#header.offset}: ${message}`);
  }

  #present<T>(tag: number, value: T | undefined): T {
    if (value === undefined) throw this.invalid(`tag ${tag} is missing`);
    return value;
  }

  #exactly<T>(length: number, tag: number, values: readonly T[]): readonly T[] {
    if (values.length === length) return values;
    throw this.invalid(`tag ${tag} has ${values.length} values instead of ${length}`);
  }

  #wrongType(tag: number, value: TagValue, expected: string): DistroError {
    return this.invalid(`tag ${tag} is ${value.type} instead of ${expected}`);
  }
}
