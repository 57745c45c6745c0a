import { writeDeb } from '../formats/deb/write.ts';
import { writeRpm } from '../formats/rpm/write-rpm.ts';
import { bytesSource, type Blob, type ByteSource } from '../model/bytes.ts';
import type { PackageContent, PackageFile } from '../model/package-spec.ts';
import { openSpools } from './file-spool.ts';
import type { RunContext, Runner } from './runner.ts';

/**
 * Writes a deb or an rpm into the store. It needs no thread of its own: compression has threads, and what is left here,
 * the digests, is less work than that.
 *
 * @throws what the writer of the format refuses; DISK_FULL, PERMISSION_DENIED
 */
export const runPackage: Runner<'package'> = async ({ spec, format, compression }, context) => {
  const files = await Promise.all(spec.files.map((file) => withBytes(file, context)));
  const spools = openSpools(await context.tempDir());
  const write = format === 'deb' ? writeDeb : writeRpm;
  const bytes = write({ ...spec, files }, { compression, spool: spools.create });
  try {
    return { package: await context.store.put(stopOn(context.signal, bytes)) };
  } finally {
    await spools.close();
  }
};

async function withBytes(file: PackageFile, context: RunContext): Promise<PackageFile<ByteSource>> {
  return file.type === 'file' ? { ...file, content: await bytesOf(file.content, context) } : file;
}

/** A blob comes with its digest, which the writers then need not make again. */
async function bytesOf(content: PackageContent, context: RunContext): Promise<ByteSource | Blob> {
  if ('text' in content) return bytesSource(content.text);
  if ('base64' in content) return bytesSource(Buffer.from(content.base64, 'base64'));
  const blob = await context.input(content);
  return { ...blob, read: (options) => stopOn(context.signal, blob.read(options)) };
}

/** The same bytes until the signal; then they end with its reason. */
async function* stopOn(signal: AbortSignal, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    yield chunk;
  }
}
