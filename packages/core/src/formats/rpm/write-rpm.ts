import { assertNoProblems } from '../../errors/distro-error.ts';
import type { ByteSource, SpoolFactory } from '../../model/bytes.ts';
import type { PackageSpec } from '../../model/package-spec.ts';
import type { Compression } from '../../model/target.ts';
import { layOut, sysusersPath } from '../layout.ts';
import { checkPackage } from '../package-rules.ts';
import { accountTags } from './account-tags.ts';
import { dependenciesOf, dependencyTags } from './dependencies.ts';
import { fileTags, hasLargeFile, sortFiles } from './files.ts';
import { encodeHeader } from './header.ts';
import { encodeLead } from './lead.ts';
import { ownDirectories } from './own-directories.ts';
import { packageTags } from './package-tags.ts';
import { payloadTags, writePayload } from './payload.ts';
import { rpmFullName } from './rpm-file-name.ts';
import { scriptsOf, scriptTags } from './scripts.ts';
import { encodeSignature } from './signature.ts';
import { TAG } from './tags.ts';

/** How an rpm is written. */
export interface WriteRpmOptions {
  readonly compression: Compression;
  /** Takes the compressed payload, whose digest stands in the header ahead of it. */
  readonly spool: SpoolFactory;
}

/**
 * An rpm package of format 4, byte for byte the same for equal input. It is unsigned, with room for a signature. Memory
 * use does not depend on the size of the files.
 *
 * @throws what {@link checkPackage} finds, all at once; `FORMAT_INVALID` for a content that does not have its
 *   announced size; `FORMAT_LIMIT` for a header that is too large
 * @see https://rpm-software-management.github.io/rpm/manual/format_v4.html
 */
export async function* writeRpm(spec: PackageSpec<ByteSource>, options: WriteRpmOptions): AsyncGenerator<Uint8Array> {
  assertNoProblems(checkPackage(spec, 'rpm'));
  const { compression, spool } = options;
  const listed = layOut(spec, 'rpm');
  const files = sortFiles([...listed, ...ownDirectories(listed)]);
  const scripts = scriptsOf(spec);
  const dependencies = dependenciesOf(spec, { files, scripts, compression, largeFiles: hasLargeFile(files) });
  const payload = await writePayload(files, { compression, spool, mtime: spec.date });
  const tags = new Map([
    ...packageTags(spec),
    ...scriptTags(scripts),
    ...fileTags(files, { mtime: spec.date, digests: payload.digests }),
    ...dependencyTags(dependencies),
    ...accountTags(files, dependencies.provides, sysusersPath(spec)),
    ...payloadTags(payload),
  ]);
  const header = encodeHeader(tags, TAG.headerImmutable);
  yield encodeLead(rpmFullName(spec), spec.arch);
  yield encodeSignature({ header, payloadSize: payload.spool.size, archiveSize: payload.archiveSize });
  yield header;
  yield* payload.spool.read();
}
