import { DistroError } from '../../errors/distro-error.ts';
import { decompressSmall } from '../../formats/compress-small.ts';
import { sha256Of } from '../../model/digest.ts';
import { parseGenerations } from '../generations.ts';
import type { RepoReader } from '../repo-change.ts';
import { parseContents, type Contents } from './contents-index.ts';
import { parseIndex, type IndexEntry } from './packages-index.ts';
import { parseRelease, type ReleaseFile } from './release-file.ts';

/** The file below the suite that remembers its states. */
export const GENERATIONS_FILE = 'generations.json';

const HASH_PATH = /^[A-Za-z0-9][\w.+~/-]*\/by-hash\/SHA256\/[0-9a-f]{64}$/u;
const INDEX_MAX = 1 << 30;
const MAX_ARCHITECTURES = 64;

/** A suite as it is published: what its `Release` names, each index checked by its sum. */
export interface AptSuite extends ReleaseFile {
  /** The text of `InRelease` without its signature, or of `Release` where there is none. */
  readonly releaseText: string;
  /** True when there is an `InRelease`. */
  readonly isSigned: boolean;
  /** False when `Release` is not what `InRelease` signs, as after a publication that was cut short. */
  readonly isWhole: boolean;
  /** By architecture and identity. */
  readonly packages: ReadonlyMap<string, ReadonlyMap<string, IndexEntry>>;
  readonly contents: ReadonlyMap<string, Contents>;
  /** The paths below the suite that the `Release` names by digest. */
  readonly named: readonly string[];
  /** The states before, the newest first. */
  readonly generations: readonly (readonly string[])[];
}

/**
 * Reads a suite, strictly: an index that is missing, has another sum or does not parse is an error.
 *
 * @returns undefined when there is no such suite
 * @throws FORMAT_INVALID, FORMAT_LIMIT, DIGEST_MISMATCH
 */
export async function readAptSuite(
  reader: RepoReader,
  suite: string,
  component = 'main',
): Promise<AptSuite | undefined> {
  const root = `dists/${suite}`;
  const plain = await readText(reader, `${root}/Release`);
  const inRelease = await readText(reader, `${root}/InRelease`);
  const releaseText = inRelease === undefined ? plain : signedText(inRelease, root);
  if (releaseText === undefined) return undefined;
  const release = parseRelease(releaseText, `${root}/${inRelease === undefined ? 'Release' : 'InRelease'}`);
  if (release.architectures.length > MAX_ARCHITECTURES) {
    throw new DistroError('FORMAT_LIMIT', `${root}/Release names more than ${MAX_ARCHITECTURES} architectures`);
  }
  const packages = new Map<string, ReadonlyMap<string, IndexEntry>>();
  const contents = new Map<string, Contents>();
  const suiteReader = new SuiteReader(reader, root, release);
  for (const arch of release.architectures) {
    const list = `${component}/binary-${arch}/Packages`;
    packages.set(arch, parseIndex(await suiteReader.index(list), `${root}/${list}`));
    contents.set(arch, parseContents(await suiteReader.index(`${component}/Contents-${arch}`)));
    await suiteReader.stored(`${component}/binary-${arch}/Release`);
  }
  return {
    ...release,
    releaseText,
    isSigned: inRelease !== undefined,
    isWhole: plain === releaseText,
    packages,
    contents,
    named: [...release.indexes].map(([path, { sha256 }]) => hashPath(path, sha256)),
    generations: parseGenerations(await reader.read(`${root}/${GENERATIONS_FILE}`), HASH_PATH),
  };
}

/** Reads indexes by their digests, as clients do, so that a publication that was cut short does no harm. */
class SuiteReader {
  readonly #reader: RepoReader;
  readonly #root: string;
  readonly #release: ReleaseFile;

  constructor(reader: RepoReader, root: string, release: ReleaseFile) {
    this.#reader = reader;
    this.#root = root;
    this.#release = release;
  }

  /** The text of an index that is stored compressed. */
  async index(path: string): Promise<string> {
    const plain = this.#release.indexes.get(path);
    if (plain === undefined) throw this.#invalid(`Release does not name ${path}`);
    if (plain.size > INDEX_MAX) throw new DistroError('FORMAT_LIMIT', `${this.#root}/${path} is too long`);
    const bytes = await this.stored(`${path}.gz`);
    const limit = Math.max(1, plain.size);
    const text = decompressSmall(bytes, 'gzip', { what: `${this.#root}/${path}.gz`, limit });
    if (text.length !== plain.size || sha256Of(text) !== plain.sha256) throw this.#mismatch(path);
    return text.toString();
  }

  /** The bytes of a file that the Release names. */
  async stored(path: string): Promise<Uint8Array> {
    const sum = this.#release.indexes.get(path);
    if (sum === undefined) throw this.#invalid(`Release does not name ${path}`);
    const bytes = await this.#reader.read(`${this.#root}/${hashPath(path, sum.sha256)}`);
    if (bytes === undefined) throw this.#invalid(`${path} is missing`);
    if (bytes.length !== sum.size || sha256Of(bytes) !== sum.sha256) throw this.#mismatch(path);
    return bytes;
  }

  #invalid(fault: string): DistroError {
    return new DistroError('FORMAT_INVALID', `${this.#root}: ${fault}`);
  }

  #mismatch(path: string): DistroError {
    return new DistroError(
      'DIGEST_MISMATCH',
      `${this.#root}/${path} does not have the size and the sum that Release has of it`,
    );
  }
}

function hashPath(path: string, sha256: string): string {
  return `${path.slice(0, path.lastIndexOf('/'))}/by-hash/SHA256/${sha256}`;
}

async function readText(reader: RepoReader, path: string): Promise<string | undefined> {
  const bytes = await reader.read(path);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

/** The text that a cleartext signature is over. See RFC 9580, section 7. */
function signedText(inRelease: string, root: string): string {
  const framed =
    /^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]+: .*\n)*\n([^]*)\n-----BEGIN PGP SIGNATURE-----\n[^]*-----END PGP SIGNATURE-----\n?$/u;
  const [, text] = framed.exec(inRelease.replaceAll('\r\n', '\n')) ?? [];
  if (text !== undefined) return `${text.replaceAll(/^- /gmu, '').trimEnd()}\n`;
  throw new DistroError('FORMAT_INVALID', `${root}/InRelease is not a signed text`);
}
