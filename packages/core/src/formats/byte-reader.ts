import { DistroError } from '../errors/distro-error.ts';

/** Reads a stream front to back in pieces of known length, and knows how far it is. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #what: string;
  #rest: Uint8Array = new Uint8Array(0);
  #offset = 0;

  /** @param what - names the stream in errors, such as `rpm payload` */
  constructor(stream: AsyncIterable<Uint8Array>, what: string) {
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#what = what;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * The next `length` bytes as one array; the caller bounds `length`, since they are held in memory.
   *
   * @throws `FORMAT_INVALID` when the stream ends before
   */
  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of this.stream(length)) parts.push(part);
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
  }

  /**
   * The next `length` bytes as they come.
   *
   * @throws `FORMAT_INVALID` when the stream ends before
   */
  async *stream(length: number): AsyncGenerator<Uint8Array> {
    let left = length;
    while (left > 0) {
      if (!(await this.#fill())) {
        throw new DistroError('FORMAT_INVALID', `${this.#what} ends at byte ${this.#offset}, ${left} bytes too early`);
      }
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      this.#offset += part.length;
      left -= part.length;
      yield part;
    }
  }

  /** True when nothing is left. */
  async atEnd(): Promise<boolean> {
    return !(await this.#fill());
  }

  /** Everything that is left, as it comes. */
  async *remaining(): AsyncGenerator<Uint8Array> {
    while (await this.#fill()) {
      const part = this.#rest;
      this.#rest = new Uint8Array(0);
      this.#offset += part.length;
      yield part;
    }
  }

  /** An error about the byte that is read next, or about the one at `offset`. */
  invalid(message: string, offset: number = this.#offset): DistroError {
    return new DistroError('FORMAT_INVALID', `${this.#what}: ${message} at byte ${offset}`);
  }

  /** Gives the stream up, so that whatever feeds it is closed. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }
}
