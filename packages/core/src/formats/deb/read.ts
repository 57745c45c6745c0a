import { createHash } from 'node:crypto';
import { DistroError } from '../../errors/distro-error.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { Sha256 } from '../../model/digest.ts';
import { collect } from '../../model/bytes.ts';
import type { TarMember } from '../tar-reader.ts';
import type { TarType } from '../tar.ts';
import { parseControl } from './parse-control.ts';
import { parseConffiles, parseMd5sums } from './parse-lists.ts';
import { debArchives } from './members.ts';
import type { DebCompression, ReadDebOptions } from './members.ts';
import type { DebScriptName } from './scripts.ts';

/** What a Debian package says of itself, checked against what it holds. */
export interface DebInfo {
  /** How the data member is compressed. */
  readonly compression: DebCompression;
  /** The control fields by name; a continued value keeps its lines. */
  readonly control: ReadonlyMap<string, string>;
  /** Absolute paths, in the order of the file. */
  readonly conffiles: readonly string[];
  readonly scripts: ReadonlyMap<DebScriptName, string>;
  /** The md5 of files by absolute path. */
  readonly md5sums: ReadonlyMap<string, string>;
  /** Everything in the data member but its root, in its order. */
  readonly files: readonly DebFile[];
}

/** An entry of a package's data member. */
export interface DebFile {
  /** Absolute. */
  readonly path: string;
  readonly type: TarType;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly mtime: number;
  readonly size: number;
  /** Of a symlink as it is; of a hard link the absolute path. */
  readonly target?: string;
  /** Of a file. */
  readonly sha256?: Sha256;
  /** Of a file. */
  readonly md5?: string;
}

const SCRIPTS: readonly string[] = ['preinst', 'postinst', 'prerm', 'postrm'];
/** One control file is held in memory. */
const CONTROL_FILE_MAX = 64 << 20;

/**
 * Reads a Debian package front to back and checks all of it: the archives, the control fields, that every conffile is
 * there, that `md5sums` has the sum of every other file and that all of them are right.
 *
 * @throws `FORMAT_INVALID` saying what is wrong, `FORMAT_LIMIT`
 */
export async function readDeb(source: ByteSource, options: ReadDebOptions = {}): Promise<DebInfo> {
  const what = options.what ?? 'deb';
  let control: ReadonlyMap<string, string> = new Map();
  let compression: DebCompression = 'none';
  let files: readonly DebFile[] = [];
  for await (const archive of debArchives(source, options)) {
    if (archive.part === 'control') control = await readControlFiles(archive.members, what);
    else {
      compression = archive.compression;
      files = await readDataFiles(archive.members);
    }
  }
  const text = control.get('control');
  if (text === undefined) throw new DistroError('FORMAT_INVALID', `${what} has no control file`);
  const info: DebInfo = {
    compression,
    control: parseControl(text, what),
    conffiles: parseConffiles(control.get('conffiles') ?? '', what),
    scripts: new Map([...control].filter((entry): entry is [DebScriptName, string] => SCRIPTS.includes(entry[0]))),
    md5sums: parseMd5sums(control.get('md5sums') ?? '', what),
    files,
  };
  checkLists(info, what);
  return info;
}

async function readControlFiles(members: AsyncIterable<TarMember>, what: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for await (const { path, type, size, content } of members) {
    if (path === '') continue;
    if (type !== 'file' || path.includes('/') || size > CONTROL_FILE_MAX) {
      throw new DistroError('FORMAT_INVALID', `${what} has an unexpected control member ${JSON.stringify(path)}`);
    }
    files.set(path, Buffer.from(await collect(content, CONTROL_FILE_MAX)).toString('utf8'));
  }
  return files;
}

async function readDataFiles(members: AsyncIterable<TarMember>): Promise<readonly DebFile[]> {
  const files: DebFile[] = [];
  for await (const { path, type, mode, uname, gname, mtime, size, linkName, content } of members) {
    if (path === '') continue;
    const entry = { path: `/${path}`, type, mode, owner: uname, group: gname, mtime, size };
    if (type === 'file') files.push({ ...entry, ...(await digestsOf(content)) });
    else if (type === 'hardlink') files.push({ ...entry, target: linkName.replace(/^(?:\.\/)?/, '/') });
    else files.push(type === 'symlink' ? { ...entry, target: linkName } : entry);
  }
  return files;
}

async function digestsOf(
  content: AsyncIterable<Uint8Array>,
): Promise<{ readonly sha256: Sha256; readonly md5: string }> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  for await (const chunk of content) {
    sha256.update(chunk);
    md5.update(chunk);
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}

function checkLists({ conffiles, md5sums, files }: DebInfo, what: string): void {
  const invalid = (message: string): DistroError => new DistroError('FORMAT_INVALID', `${what}: ${message}`);
  const byPath = new Map(files.map((file) => [file.path, file]));
  for (const path of conffiles) {
    if (byPath.get(path)?.type !== 'file') throw invalid(`conffile ${path} is not a file of the package`);
  }
  for (const [path, md5] of md5sums) {
    const file = byPath.get(path);
    // Of a hard link, the content came with the file that it links to.
    const found = file?.type === 'hardlink' ? byPath.get(file.target ?? '')?.md5 : file?.md5;
    if (found === undefined) throw invalid(`md5sums names ${path}, which is not a file of the package`);
    if (found !== md5) throw invalid(`${path} has md5 ${found}, and md5sums says ${md5}`);
  }
  const missing = files.find(({ path, type }) => type === 'file' && !md5sums.has(path) && !conffiles.includes(path));
  if (missing !== undefined) throw invalid(`md5sums does not have ${missing.path}`);
}
