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
  /** The digest of the file, where it is known. @default computed while it is read */
  readonly sha256?: Sha256 | undefined;
}

const CONTROL_MAX = 1 << 20;

/**
 * Reads what a repository has to know of a Debian package: its control file and the names of its files.
 *
 * @throws FORMAT_INVALID, FORMAT_LIMIT
 */
export async function describeDeb(deb: ByteSource, options: DescribeDebOptions = {}): Promise<AptPackage> {
  const { what = 'deb' } = options;
  const read = new HashedSource(deb);
  let control: string | undefined;
  const files: string[] = [];
  for await (const { part, members } of debArchives(options.sha256 === undefined ? read : deb, { what })) {
    if (part === 'control') control = await controlOf(members, what);
    else for await (const { path, type } of members) if (type !== 'directory') files.push(path);
  }
  if (control === undefined) throw new DistroError('FORMAT_INVALID', `${what} has no control file`);
  const fields = parseControl(control, what);
  checkFields(fields, what);
  const field = (name: string): string => fields.get(name) ?? '';
  return {
    name: field('Package'),
    version: field('Version'),
    arch: field('Architecture'),
    section: field('Section') || 'misc',
    control: `${control.trimEnd()}\n`,
    files: files.sort(compareText),
    sha256: options.sha256 ?? read.sha256(),
    size: deb.size,
  };
}

/** What an index adds to the fields of a package; one that had them already could say where its file is. */
const OF_INDEX: ReadonlySet<string> = new Set(['filename', 'size', 'md5sum', 'sha1', 'sha256', 'sha512']);

/** What ends up in the names of files and in lines of indexes is held to its rules. */
function checkFields(fields: ReadonlyMap<string, string>, what: string): void {
  const invalid = (fault: string): DistroError =>
    new DistroError('FORMAT_INVALID', `control file of ${what}: ${fault}`);
  const foreign = [...fields.keys()].find((name) => OF_INDEX.has(name.toLowerCase()));
  if (foreign !== undefined) throw invalid(`field ${foreign} belongs to an index`);
  const arch = fields.get('Architecture') ?? '';
  if (!/^[a-z0-9][a-z0-9-]*$/u.test(arch)) throw invalid(`architecture ${JSON.stringify(arch)} is not one`);
  const section = fields.get('Section') ?? '';
  if (!/^(?:[A-Za-z0-9][A-Za-z0-9+._/-]*)?$/u.test(section)) {
    throw invalid(`section ${JSON.stringify(section)} is not one`);
  }
}

async function controlOf(members: AsyncIterable<TarMember>, what: string): Promise<string | undefined> {
  let control: Uint8Array | undefined;
  for await (const { path, type, size, content } of members) {
    if (path !== 'control') continue;
    if (type !== 'file' || size > CONTROL_MAX) throw new DistroError('FORMAT_INVALID', `${what} has no usable control`);
    control = await collect(content, CONTROL_MAX);
  }
  try {
    return control && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(control);
  } catch (cause) {
    throw new DistroError('FORMAT_INVALID', `control file of ${what} is not UTF-8`, { cause });
  }
}

/** Takes the digest of bytes while somebody reads them to their end. */
class HashedSource implements ByteSource {
  readonly #source: ByteSource;
  readonly #hash = createHash('sha256');
  readonly size: number;

  constructor(source: ByteSource) {
    this.#source = source;
    this.size = source.size;
  }

  async *read(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of this.#source.read()) {
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  sha256(): Sha256 {
    return this.#hash.digest('hex');
  }
}
