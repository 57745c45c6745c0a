import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readDeb } from '../formats/deb/read.ts';
import { readRpm } from '../formats/rpm/read-rpm.ts';
import { parseManifests } from '../manifests/parse.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { JsonObject } from '../model/json.ts';
import type { Release, ReleasePackage } from '../release/document.ts';
import { readRelease } from '../release/read-release.ts';
import { readChunks } from '../store/file-bytes.ts';
import { DistroView } from './distro-view.ts';
import { expectFile, type FileExpectation, type FileFacts, findFile } from './file-query.ts';
import { describePackage, findPackages, type PackageQuery } from './package-query.ts';

/** A {@link DistroView} of a release directory. Made by {@link openRelease}. */
export class ReleaseView extends DistroView {
  /** The directory. */
  readonly dir: string;
  readonly release: Release;
  declare readonly packages: readonly ReleasePackage[];
  readonly #files = new Map<string, Promise<readonly FileFacts[]>>();

  constructor(dir: string, release: Release, objects: readonly JsonObject[]) {
    const { distro, packages, components, addOns } = release;
    super({
      title: `${distro.name} ${distro.version}`,
      packages,
      components,
      addOns,
      objects,
      images: namesOf(release),
    });
    this.dir = dir;
    this.release = release;
  }

  /**
   * Each package that the query fits has this file, and it is as expected. The packages are read and checked the first
   * time they are asked for.
   */
  async hasFile(
    name: string,
    path: string,
    expected: FileExpectation & { readonly in?: PackageQuery } = {},
  ): Promise<void> {
    const { in: query, ...file } = expected;
    for (const made of findPackages(this.packages, name, query)) {
      const of = describePackage(made);
      expectFile(findFile(await this.#filesOf(made), path, of), file, of);
    }
  }

  /** The file list of each package that the query fits. */
  async files(name: string, query?: PackageQuery): Promise<readonly FileFacts[]> {
    const lists = await Promise.all(findPackages(this.packages, name, query).map((made) => this.#filesOf(made)));
    return lists.flat();
  }

  #filesOf({ file, format }: ReleasePackage): Promise<readonly FileFacts[]> {
    const path = join(this.dir, file);
    const files = this.#files.get(file) ?? (format === 'deb' ? debFiles(path) : rpmFiles(path));
    this.#files.set(file, files);
    return files;
  }
}

/**
 * Opens a release for assertions. Reads `release.json` and the manifests; packages are read when they are asked for.
 *
 * @throws RELEASE_NOT_FOUND, RELEASE_INVALID
 */
export async function openRelease(dir: string): Promise<ReleaseView> {
  const release = await readRelease(dir);
  const manifests = release.addOns.flatMap((addOn) => addOn.manifests);
  const texts = await Promise.all(
    manifests.map(async (file) => ({ file, text: await readFile(join(dir, file), 'utf8') })),
  );
  const objects = texts.flatMap(({ file, text }) => parseManifests(text, { file }).map(({ object }) => object));
  return new ReleaseView(dir, release, objects);
}

async function debFiles(path: string): Promise<readonly FileFacts[]> {
  const { files, conffiles } = await readDeb(await fileSource(path), { what: path });
  return files.map(({ mtime: _mtime, size: _size, md5: _md5, ...file }) => ({
    ...file,
    config: conffiles.includes(file.path),
  }));
}

async function rpmFiles(path: string): Promise<readonly FileFacts[]> {
  const { files } = await readRpm(await fileSource(path));
  return files.map(({ mtime: _mtime, size: _size, role: _role, ...file }) => ({
    ...file,
    config: file.config === 'noreplace',
  }));
}

async function fileSource(path: string): Promise<ByteSource> {
  const { size } = await stat(path);
  return { size, read: () => readChunks(path) };
}

/** Images that are built here are called by name and tag, as in a plan; others as their users call them. */
function namesOf({ distro, addOns, images }: Release): readonly string[] {
  const built = new Map(
    images.map(({ name, tag, digest }) => {
      const reference = `${distro.registry}/${name}:${tag}`;
      return [`${reference}@${digest}`, reference] as readonly [string, string];
    }),
  );
  const used = addOns.flatMap((addOn) => addOn.images).map((image) => built.get(image) ?? image);
  return [...new Set([...used, ...built.values()])].sort();
}
