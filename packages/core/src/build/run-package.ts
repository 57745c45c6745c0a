import { writeDeb } from '../formats/deb/write.ts';
import { writeRpm } from '../formats/rpm/write-rpm.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { PackageFile } from '../model/package-spec.ts';
import { bytesOf, stopOn } from './content-bytes.ts';
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
