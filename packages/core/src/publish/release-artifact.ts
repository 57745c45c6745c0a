import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { bytesSource } from '../model/bytes.ts';
import { sha256Of, type Sha256 } from '../model/digest.ts';
import { canonicalJson, compareText, type JsonObject } from '../model/json.ts';
import { TAR_END, tarHeader, tarPadding } from '../formats/tar.ts';
import type { Descriptor, OciBlob } from '../registry/content.ts';
import type { Release } from '../release/document.ts';
import { readRelease } from '../release/read-release.ts';
import { fileSource, hashFile } from '../store/file-bytes.ts';
import { ifExists } from '../store/fs-error.ts';
import { stat } from 'node:fs/promises';

/** The types of what a release is in a registry or a bundle. */
export const RELEASE_TYPES = {
  artifact: 'application/vnd.distrokit.release.v1+json',
  config: 'application/vnd.distrokit.release.config.v1+json',
  files: 'application/vnd.distrokit.release.files.v1.tar',
  deb: 'application/vnd.debian.binary-package',
  rpm: 'application/x-rpm',
} as const;

/** The type of the manifest that a release is described by: an image manifest of the image specification 1.1. */
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

const TITLE = 'org.opencontainers.image.title';
/** Where a release keeps the blobs of its images; they are in the repositories of the images, not in the artifact. */
export const IMAGE_BLOBS = 'images/blobs/';
/** Files that describe a release and are not listed in `release.json`. */
export const UNLISTED_FILES: readonly string[] = ['release.json', 'SHA256SUMS', 'SHA256SUMS.asc'];

/** A release as content of a registry: one manifest, with everything but its images below it. */
export interface ReleaseArtifact {
  readonly release: Release;
  readonly manifest: Descriptor;
  /** The content by digest: manifest, configuration, one blob a package, and one for all other files. */
  readonly blobs: ReadonlyMap<string, OciBlob>;
}

/**
 * Describes a release directory as an artifact. Its configuration is `release.json`; its layers are the packages, each
 * titled with its file, and one tar archive of all other files but the images' blobs. A file that has the bytes of a
 * package, as those in the repositories do, is not in the archive. Equal releases have equal artifacts.
 *
 * @throws RELEASE_NOT_FOUND, RELEASE_INVALID, PERMISSION_DENIED
 */
export async function releaseArtifact(directory: string): Promise<ReleaseArtifact> {
  const release = await readRelease(directory);
  const blobs = new Map<string, OciBlob>();
  const add = (mediaType: string, sha256: Sha256, blob: OciBlob, title?: string): Descriptor => {
    blobs.set(`sha256:${sha256}`, blob);
    const annotations = title === undefined ? {} : { annotations: { [TITLE]: title } };
    return { mediaType, digest: `sha256:${sha256}`, size: blob.size, ...annotations };
  };
  const addFile = async (mediaType: string, file: string, sha256: Sha256, title?: string): Promise<Descriptor> =>
    add(mediaType, sha256, await fileSource(join(directory, file)), title);

  const releaseFile = join(directory, 'release.json');
  const config = await addFile(RELEASE_TYPES.config, 'release.json', await hashFile(releaseFile));
  const archive = await archiveOf(directory, release);
  const layers = [add(RELEASE_TYPES.files, archive.sha256, archive.blob)];
  for (const { file, format, sha256 } of release.packages) {
    layers.push(await addFile(RELEASE_TYPES[format], file, sha256, file));
  }
  const text = canonicalJson(manifestOf(release, config, layers));
  const manifest = add(MANIFEST_TYPE, sha256Of(text), bytesSource(text));
  return { release, manifest: { ...manifest, artifactType: RELEASE_TYPES.artifact }, blobs };
}

function manifestOf({ distro }: Release, config: Descriptor, layers: readonly Descriptor[]): JsonObject {
  return {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: RELEASE_TYPES.artifact,
    config: jsonOf(config),
    layers: layers.map(jsonOf),
    annotations: {
      'org.opencontainers.image.created': distro.date,
      'org.opencontainers.image.title': distro.name,
      'org.opencontainers.image.url': distro.vendor.url,
      'org.opencontainers.image.vendor': distro.vendor.name,
      'org.opencontainers.image.version': distro.version,
    },
  };
}

function jsonOf({ mediaType, digest, size, annotations }: Descriptor): JsonObject {
  return { mediaType, digest, size, ...(annotations === undefined ? {} : { annotations }) };
}

/** The archive of the small files, made anew at each reading: nothing of it is kept. */
async function archiveOf(
  directory: string,
  release: Release,
): Promise<{ readonly sha256: Sha256; readonly blob: OciBlob }> {
  const packages = new Set(release.packages.map(({ sha256 }) => sha256));
  const files = release.files.filter(({ file, sha256 }) => !file.startsWith(IMAGE_BLOBS) && !packages.has(sha256));
  const members = files.map(({ file, size }) => ({ file, size }));
  for (const file of UNLISTED_FILES) {
    const stats = await ifExists(stat(join(directory, file)));
    if (stats !== undefined) members.push({ file, size: stats.size });
  }
  members.sort((a, b) => compareText(a.file, b.file));
  const mtime = Date.parse(release.distro.date) / 1000;
  const read = (): AsyncIterable<Uint8Array> => writeArchive(directory, members, mtime);
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of read()) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest('hex'), blob: { size, read } };
}

async function* writeArchive(
  directory: string,
  members: readonly { readonly file: string; readonly size: number }[],
  mtime: number,
): AsyncGenerator<Uint8Array, void> {
  const owner = { mode: 0o644, uid: 0, gid: 0, uname: 'root', gname: 'root', linkName: '' };
  for (const { file, size } of members) {
    yield tarHeader({ ...owner, type: 'file', name: file, size, mtime });
    const source = await fileSource(join(directory, file));
    yield* source.read();
    yield new Uint8Array(tarPadding(size));
  }
  yield TAR_END;
}
