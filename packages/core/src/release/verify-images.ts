import { join } from 'node:path';
import { DistroError, problemsOf, type Problem } from '../errors/distro-error.ts';
import type { OciDescriptor, OciManifest } from '../formats/oci/documents.ts';
import { blobFile, CONTAINERD_NAME, LAYOUT_FILE, LAYOUT_INDEX, REF_NAME } from '../formats/oci/layout.ts';
import { INDEX_TYPE, MANIFEST_TYPE } from '../formats/oci/media-types.ts';
import { formatPlatform } from '../formats/oci/platform.ts';
import {
  checkLayout,
  DOCUMENT_LIMIT,
  readConfig,
  readIndex,
  readManifest,
  readReferrer,
} from '../formats/oci/read-documents.ts';
import { readLayer } from '../formats/oci/read-layer.ts';
import { collect } from '../model/bytes.ts';
import { readChunks } from '../store/file-bytes.ts';
import type { ReleaseImage } from './document.ts';
import { imageName, IMAGES } from './image-contents.ts';
import type { VerifyContext } from './verify-context.ts';

/**
 * Reads the layout of images strictly: each image from the root over indexes, manifests and configurations to the
 * entries of its layers, and compares it with `release.json`.
 */
export async function verifyImages(context: VerifyContext): Promise<readonly Problem[]> {
  const { release } = context;
  const files = release.files.filter(({ file }) => file.startsWith(`${IMAGES}/`));
  if (release.images.length === 0 && files.length === 0) return [];
  const layout = new Layout(context);
  const root = await layout.problemsIn(release.distro.name, () => layout.root());
  const named = new Map(root.found?.manifests.map((one) => [one.annotations?.[REF_NAME] ?? '', one]));
  const problems = [...root.problems];
  const expected = new Set(release.images.map((image) => imageName(release.distro.registry, image)));
  for (const name of named.keys()) {
    if (name === '' || expected.has(name)) continue;
    problems.push(
      invalid(`release.json has no image ${name}, but ${IMAGES}/${LAYOUT_INDEX} does`, release.distro.name),
    );
  }
  for (const image of release.images) {
    context.signal?.throwIfAborted();
    const name = imageName(release.distro.registry, image);
    const entry = named.get(name);
    if (root.found === undefined) break;
    if (entry === undefined) problems.push(invalid(`${IMAGES}/${LAYOUT_INDEX} has no image ${name}`, image.path));
    else problems.push(...(await layout.problemsIn(image.path, () => checkImage(image, name, entry, layout))).problems);
  }
  // Of half a layout nothing more can be said: what is not read might refer to anything.
  if (root.found === undefined || problems.length > 0 || layout.isDamaged) return problems;
  for (const entry of root.found.manifests.filter(({ annotations }) => annotations?.[REF_NAME] === undefined)) {
    const path = files.find(({ file }) => file === layout.fileOf(entry))?.path ?? release.distro.name;
    problems.push(...(await layout.problemsIn(path, () => checkReferrer(entry, layout))).problems);
  }
  const stray = layout.isDamaged ? [] : files.filter(({ file }) => !layout.used.has(file));
  return [...problems, ...stray.map(({ file, path }) => invalid(`${file} belongs to no image`, path))];
}

async function checkImage(image: ReleaseImage, name: string, root: OciDescriptor, layout: Layout): Promise<void> {
  const wrong = (fault: string): DistroError => new DistroError('RELEASE_INVALID', `image ${name} ${fault}`);
  if (root.annotations?.[CONTAINERD_NAME] !== name) throw wrong('has another name for containerd');
  if (root.digest !== image.digest) throw wrong(`is ${root.digest} in the layout, but ${image.digest} in release.json`);
  if (root.mediaType !== INDEX_TYPE) throw wrong(`is ${JSON.stringify(root.mediaType)}, not an index`);
  const used = new Set([layout.fileOf(root)]);
  const platforms: string[] = [];
  for (const manifest of readIndex(await layout.read(root), layout.fileOf(root)).manifests) {
    if (manifest.mediaType !== MANIFEST_TYPE || manifest.platform === undefined)
      throw wrong('has a manifest for no platform');
    const platform = formatPlatform(manifest.platform);
    platforms.push(platform);
    const { config, layers } = readManifest(await layout.read(manifest), layout.fileOf(manifest));
    for (const part of [manifest, config, ...layers]) used.add(layout.fileOf(part));
    await checkConfig({ platform, config, layers, wrong, layout });
  }
  const listed = [...used].sort();
  if (platforms.join(' ') !== image.platforms.join(' ')) {
    throw wrong(`is for ${platforms.join(' ')}, but release.json says ${image.platforms.join(' ')}`);
  }
  if (listed.join('\n') !== image.files.join('\n')) throw wrong('is not made of the files that release.json says');
}

/** What refers to an image and all that it is made of is there; what it says is for others to look at. */
async function checkReferrer(entry: OciDescriptor, layout: Layout): Promise<void> {
  const file = layout.fileOf(entry);
  if (entry.mediaType !== MANIFEST_TYPE) {
    throw new DistroError('RELEASE_INVALID', `${file} is ${JSON.stringify(entry.mediaType)} without a name`);
  }
  const { config, layers, subject } = readReferrer(await layout.read(entry), file);
  for (const part of [config, ...layers]) layout.check(part);
  if (subject === undefined || layout.used.has(layout.fileOf(subject))) return;
  throw new DistroError('RELEASE_INVALID', `${file} refers to ${subject.digest}, which is no image of the release`);
}

async function checkConfig(options: {
  readonly platform: string;
  readonly config: OciDescriptor;
  readonly layers: OciManifest['layers'];
  readonly wrong: (fault: string) => DistroError;
  readonly layout: Layout;
}): Promise<void> {
  const { platform, layers, wrong, layout } = options;
  const config = readConfig(await layout.read(options.config), layout.fileOf(options.config));
  if (formatPlatform(config) !== platform)
    throw wrong(`for ${platform} has a configuration for ${formatPlatform(config)}`);
  const { diff_ids: diffIds } = config.rootfs;
  if (diffIds.length !== layers.length)
    throw wrong(`for ${platform} has ${layers.length} layers and ${diffIds.length} diff ids`);
  for (const [index, layer] of layers.entries()) {
    const diffId = await layout.diffId(layer);
    if (diffId === diffIds[index]) continue;
    throw wrong(
      `for ${platform}: ${layout.fileOf(layer)} is ${diffId} uncompressed, its configuration says ${diffIds[index]}`,
    );
  }
}

/** The blobs of a release's layout. A layer that images share is read once. */
class Layout {
  readonly #context: VerifyContext;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #diffIds = new Map<string, Promise<string>>();
  /** The files that something of the layout refers to. */
  readonly used: Set<string> = new Set();
  /** Whether something was not read because its bytes are wrong. */
  isDamaged = false;

  constructor(context: VerifyContext) {
    this.#context = context;
    this.#sizes = new Map(context.release.files.map(({ file, size }) => [file, size]));
  }

  /** The root of the layout. */
  async root(): Promise<ReturnType<typeof readIndex>> {
    const marker = `${IMAGES}/${LAYOUT_FILE}`;
    checkLayout(await this.#bytes(marker), marker);
    const file = `${IMAGES}/${LAYOUT_INDEX}`;
    return readIndex(await this.#bytes(file), file);
  }

  /** A small blob. */
  async read(descriptor: OciDescriptor): Promise<Uint8Array> {
    this.check(descriptor);
    return this.#bytes(this.fileOf(descriptor));
  }

  /** The diff id of a layer, after all of it was read. */
  async diffId(layer: OciDescriptor): Promise<string> {
    this.check(layer);
    const known = this.#diffIds.get(layer.digest);
    if (known !== undefined) return known;
    const found = this.#readLayer(layer);
    this.#diffIds.set(layer.digest, found);
    return found;
  }

  /** Where the blob of a descriptor is in the release. */
  fileOf({ digest }: OciDescriptor): string {
    return `${IMAGES}/${blobFile(digest.slice('sha256:'.length))}`;
  }

  /** What `work` finds, or its problems; files whose bytes are wrong were reported before. */
  async problemsIn<T>(
    path: string,
    work: () => Promise<T>,
  ): Promise<{ readonly found?: T; readonly problems: readonly Problem[] }> {
    try {
      return { found: await work(), problems: [] };
    } catch (error) {
      if (error instanceof Damaged) {
        this.isDamaged = true;
        return { problems: [] };
      }
      this.#context.signal?.throwIfAborted();
      return { problems: problemsOf(error).map((problem) => ({ ...problem, path })) };
    }
  }

  async #readLayer(layer: OciDescriptor): Promise<string> {
    const what = this.fileOf(layer);
    return readLayer(readChunks(join(this.#context.directory, what)), { what, mediaType: layer.mediaType });
  }

  /** That a file has the bytes of its digest was checked with all files: `release.json` must give it the name of it. */
  check(descriptor: OciDescriptor): void {
    const file = this.fileOf(descriptor);
    this.used.add(file);
    const listed = this.#context.release.files.find((one) => one.file === file);
    if (listed === undefined) throw new DistroError('RELEASE_INVALID', `${file} is needed and not in the release`);
    if (`sha256:${listed.sha256}` !== descriptor.digest) {
      throw new DistroError('RELEASE_INVALID', `${file} does not have the digest of its name`);
    }
    if (listed.size !== descriptor.size) {
      throw new DistroError(
        'RELEASE_INVALID',
        `${file} has ${listed.size} bytes, its descriptor says ${descriptor.size}`,
      );
    }
    if (!this.#context.whole.has(file)) throw new Damaged();
  }

  async #bytes(file: string): Promise<Uint8Array> {
    this.used.add(file);
    const size = this.#sizes.get(file);
    if (size === undefined) throw new DistroError('RELEASE_INVALID', `${file} is needed and not in the release`);
    if (!this.#context.whole.has(file)) throw new Damaged();
    if (size > DOCUMENT_LIMIT) throw new DistroError('FORMAT_LIMIT', `${file} is longer than ${DOCUMENT_LIMIT} bytes`);
    return collect(readChunks(join(this.#context.directory, file)), DOCUMENT_LIMIT);
  }
}

/** Of a file whose bytes are known to be wrong nothing more is said. */
class Damaged extends Error {}

function invalid(message: string, path: string): Problem {
  return { code: 'RELEASE_INVALID', message, path };
}
