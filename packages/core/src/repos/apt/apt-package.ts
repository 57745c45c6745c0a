import { createHash } from 'node:crypto';
import { DistroError } from '../../errors/distro-error.ts';
import { debArchives } from '../../formats/deb/members.ts';
import { parseControl } from '../../formats/deb/parse-control.ts';
import type { TarMember } from '../../formats/tar-reader.ts';
import { collect, type ByteSource } from '../../model/bytes.ts';
import type { Sha256 } from '../../model/digest.ts';
import { compareText } from '../../model/json.ts';

/** All that a repository says of a package, as plain data that can be kept under the package's digest. */
export interface AptPackage {
  readonly name: string;
  readonly version: string;
  /** Debian's name of the architecture, or `all`. */
  readonly arch: string;
  readonly section: string;
  /** The control file as it stands in the package, with one newline at its end. */
  readonly control: string;
  /** What is not a directory, without a leading slash, sorted. */
  readonly files: readonly string[];
  readonly sha256: Sha256;
  /** Bytes of the package file. */
  readonly size: number;
}

/** What {@link describeDeb} takes. */
export interface DescribeDebOptions {
  /** Names the package in errors. @default 'deb' */
  readonly what?: string;
  /** The digest of the file, where it is known. @default computed by reading it once more */
  readonly sha256?: Sha256 | undefined;
}

const CONTROL_MAX = 1 << 20;

/**
 * Reads what a repository has to know of a Debian package: its control file and the names of its files.
 *
 * @throws FORMAT_INVALID, FORMAT_LIMIT
 */
export async function describeDeb(deb: ByteSource, options: DescribeDebOptions = {}): Promise<AptPackage> {
  const { what = 'deb', sha256 = await digestOf(deb) } = options;
  let control: string | undefined;
  const files: string[] = [];
  for await (const { part, members } of debArchives(deb, { what })) {
    if (part === 'control') control = await controlOf(members);
    else for await (const { path, type } of members) if (type !== 'directory') files.push(path);
  }
  if (control === undefined) throw new DistroError('FORMAT_INVALID', `${what} has no control file`);
  const fields = parseControl(control, what);
  const field = (name: string): string => fields.get(name) ?? '';
  return {
    name: field('Package'),
    version: field('Version'),
    arch: field('Architecture'),
    section: field('Section') || 'misc',
    control: `${control.trimEnd()}\n`,
    files: files.sort(compareText),
    sha256,
    size: deb.size,
  };
}

async function controlOf(members: AsyncIterable<TarMember>): Promise<string | undefined> {
  let control: string | undefined;
  for await (const { path, content } of members) {
    if (path === 'control') control = Buffer.from(await collect(content, CONTROL_MAX)).toString();
  }
  return control;
}

async function digestOf(deb: ByteSource): Promise<Sha256> {
  const hash = createHash('sha256');
  for await (const chunk of deb.read({ reuse: true })) hash.update(chunk);
  return hash.digest('hex');
}
