import { assertNoProblems } from '../../errors/distro-error.ts';
import { bytesSource, collect } from '../../model/bytes.ts';
import type { ByteSource, Spool, SpoolFactory } from '../../model/bytes.ts';
import type { PackageSpec } from '../../model/package-spec.ts';
import type { Compression } from '../../model/target.ts';
import { writeAr } from '../ar.ts';
import { compress } from '../compress.ts';
import { layOut } from '../layout.ts';
import { memoryFirstSpool } from '../memory-first-spool.ts';
import { checkPackage } from '../package-rules.ts';
import { debControl, installedSizeOf } from './control.ts';
import { debEntries, tarSize, withoutEarlyPrivileges, writeTar } from './data.ts';
import type { DebEntry } from './data.ts';
import { namesMadeBy } from './script-files.ts';
import { debScripts } from './scripts.ts';

/** What {@link writeDeb} takes. */
export interface WriteDebOptions {
  readonly compression: Compression;
  /** Where the compressed data waits until its length is known, as far as it does not fit in memory; used once. */
  readonly spool: SpoolFactory;
}

const EXTENSIONS: Readonly<Record<Compression, string>> = { gzip: 'gz', zstd: 'zst' };
/** Control members are held in memory; this bounds the sum of scripts and checksums. */
const CONTROL_MAX = 256 << 20;

/**
 * Writes a Debian package. Each file's content is read once; memory does not grow with it. Same spec and content, same
 * bytes. See deb(5).
 *
 * @throws what {@link checkPackage} finds, all at once; `FORMAT_INVALID` for content that does not have its size
 */
export async function* writeDeb(
  spec: PackageSpec<ByteSource>,
  options: WriteDebOptions,
): AsyncGenerator<Uint8Array, void> {
  assertNoProblems(checkPackage(spec, 'deb'));
  const entries = withoutEarlyPrivileges(debEntries(layOut(spec, 'deb')), namesMadeBy(spec.sysusers));
  const { data, md5sums } = await spoolData(spec, entries, options);
  const control = await packControl(spec, controlFiles(spec, entries, md5sums), options.compression);
  const extension = EXTENSIONS[options.compression];
  const members = [
    { name: 'debian-binary', size: VERSION.length, content: [VERSION] },
    { name: `control.tar.${extension}`, size: control.length, content: [control] },
    { name: `data.tar.${extension}`, size: data.size, content: data.read() },
  ];
  yield* writeAr(members, spec.date);
}

const VERSION: Uint8Array = Buffer.from('2.0\n');

/** Compresses the data member to a spool, since its length stands ahead of it, and lists the md5 of its files. */
async function spoolData(
  spec: PackageSpec<ByteSource>,
  entries: readonly DebEntry[],
  { compression, spool }: WriteDebOptions,
): Promise<{ readonly data: Spool; readonly md5sums: string }> {
  const sums: string[] = [];
  const onFile = (file: DebEntry, md5: string): void => {
    // dpkg keeps the sums of configuration files itself, to see whether they were edited.
    if (!isConffile(file)) sums.push(`${md5}  ${file.path.slice(1)}\n`);
  };
  const data = memoryFirstSpool(spool);
  const tar = writeTar(entries, { date: spec.date, onFile });
  for await (const chunk of compress(tar, { compression, size: tarSize(entries) })) await data.write(chunk);
  return { data, md5sums: sums.join('') };
}

function controlFiles(
  spec: PackageSpec<ByteSource>,
  entries: readonly DebEntry[],
  md5sums: string,
): ReadonlyMap<string, string> {
  const conffiles = entries.filter(isConffile).map(({ path }) => `${path}\n`);
  return new Map([
    ['control', debControl(spec, installedSizeOf(entries))],
    ...(md5sums === '' ? [] : [['md5sums', md5sums] as const]),
    ...(conffiles.length === 0 ? [] : [['conffiles', conffiles.join('')] as const]),
    ...debScripts(spec),
  ]);
}

async function packControl(
  spec: PackageSpec<ByteSource>,
  files: ReadonlyMap<string, string>,
  compression: Compression,
): Promise<Uint8Array> {
  const entries = [...files].map(([name, text]) => ({
    type: 'file' as const,
    path: `/${name}`,
    mode: /^(?:pre|post)(?:inst|rm)$/.test(name) ? 0o755 : 0o644,
    owner: 'root',
    group: 'root',
    content: bytesSource(text),
  }));
  const sorted = debEntries(entries);
  return collect(compress(writeTar(sorted, { date: spec.date }), { compression, size: tarSize(sorted) }), CONTROL_MAX);
}

function isConffile(entry: DebEntry): boolean {
  return entry.type === 'file' && entry.config !== undefined;
}
