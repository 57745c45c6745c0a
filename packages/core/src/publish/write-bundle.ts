import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import { TAR_END, tarHeader, tarPadding } from '../formats/tar.ts';
import { bytesSource, type ByteSource } from '../model/bytes.ts';
import { canonicalJson, compareText, type Json } from '../model/json.ts';
import type { Descriptor } from '../registry/content.ts';
import { ifExists } from '../store/fs-error.ts';
import type { ReleaseArtifact } from './release-artifact.ts';
import { releaseContent } from './release-content.ts';

/** The name of content in the index of a layout. */
export const REF_NAME = 'org.opencontainers.image.ref.name';
/** Says of a bundle that it lacks what another release has: that release's artifact. */
export const MINUS = 'io.distrokit.bundle.minus';

/** A release as one file, ready to be written. */
export interface Bundle {
  readonly release: ReleaseArtifact['release'];
  /** Bytes of the file. */
  readonly size: number;
  /** Blobs in it. */
  readonly blobs: number;
  /** Blobs of the release that are not in it, because the older release has them. */
  readonly left: number;
  read(): AsyncIterable<Uint8Array>;
}

/**
 * A release with its images as one file for a site without a network: a tar archive of an OCI layout, which container
 * runtimes import as it is. With `minus`, the directory of a release that the site has, it holds only what that one
 * lacks. Equal releases have equal bundles.
 *
 * @throws RELEASE_NOT_FOUND, RELEASE_INVALID, PERMISSION_DENIED
 */
export async function openBundle(directory: string, { minus }: { readonly minus?: string } = {}): Promise<Bundle> {
  const artifact = await releaseContent(directory);
  const { all } = artifact;
  const old = minus === undefined ? undefined : await releaseContent(minus);
  // What says how everything belongs together is always there.
  const kept = [...all].filter(([digest]) => digest === artifact.manifest.digest || old?.all.has(digest) !== true);
  const members: (readonly [string, ByteSource])[] = [
    ['oci-layout', bytesSource(canonicalJson({ imageLayoutVersion: '1.0.0' }))],
    ['index.json', bytesSource(await indexOf(directory, artifact, old?.manifest.digest))],
    ...kept
      .map(([digest, blob]): readonly [string, ByteSource] => [`blobs/${digest.replace(':', '/')}`, blob])
      .sort(([a], [b]) => compareText(a, b)),
  ];
  const mtime = Date.parse(artifact.release.distro.date) / 1000;
  const header = (name: string, size: number): Uint8Array =>
    tarHeader({
      name,
      size,
      mtime,
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      uname: 'root',
      gname: 'root',
      linkName: '',
    });
  return {
    release: artifact.release,
    size: members.reduce((sum, [, { size }]) => sum + 512 + size + tarPadding(size), TAR_END.length),
    blobs: kept.length,
    left: all.size - kept.length,
    async *read() {
      for (const [name, source] of members) {
        yield header(name, source.size);
        yield* source.read();
        yield new Uint8Array(tarPadding(source.size));
      }
      yield TAR_END;
    },
  };
}

async function indexOf(directory: string, { manifest, release }: ReleaseArtifact, minus?: string): Promise<string> {
  const name = `${release.distro.name}:${release.distro.version}`;
  const text = await ifExists(readFile(join(directory, 'images/index.json'), 'utf8'));
  const images = text === undefined ? [] : manifestsOf(text);
  const annotations = { [REF_NAME]: name };
  return canonicalJson({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...manifest, annotations }, ...images] as unknown as readonly Json[],
    ...(minus === undefined ? {} : { annotations: { [MINUS]: minus } }),
  });
}

function manifestsOf(text: string): readonly Descriptor[] {
  const index = JSON.parse(text) as { readonly manifests?: unknown };
  if (Array.isArray(index.manifests)) return index.manifests as readonly Descriptor[];
  throw new DistroError('RELEASE_INVALID', 'images/index.json has no manifests', { hint: 'run `distrokit verify`' });
}
