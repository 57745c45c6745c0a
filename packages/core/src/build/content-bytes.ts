import { bytesSource, type Blob, type ByteSource } from '../model/bytes.ts';
import type { PackageContent } from '../model/package-spec.ts';
import type { RunContext } from './runner.ts';

/** The bytes of a file's content. A blob comes with its digest, which writers then need not make again. */
export async function bytesOf(content: PackageContent, context: RunContext): Promise<ByteSource | Blob> {
  if ('text' in content) return bytesSource(content.text);
  if ('base64' in content) return bytesSource(Buffer.from(content.base64, 'base64'));
  const blob = await context.input(content);
  return { ...blob, read: (options) => stopOn(context.signal, blob.read(options)) };
}

/** The same bytes until the signal; then they end with its reason. */
export async function* stopOn(signal: AbortSignal, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    yield chunk;
  }
}
