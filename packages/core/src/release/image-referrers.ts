import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { blobFile } from '../formats/oci/layout.ts';
import { MANIFEST_TYPE } from '../formats/oci/media-types.ts';
import { EMPTY_TEXT, referrerManifest } from '../formats/oci/referrer-manifest.ts';
import { descriptorOf } from '../formats/oci/write-image.ts';
import type { OciDescriptor } from '../formats/oci/documents.ts';
import { sha256Of } from '../model/digest.ts';
import type { Plan } from '../plan/document.ts';
import { commonPath } from '../plan/common-path.ts';
import type { ReleaseContent } from './contents.ts';
import { IMAGES } from './image-contents.ts';
import { imagePlatforms } from './image-platforms.ts';
import type { SupplyChainFile } from './supply-chain-files.ts';

/** A manifest that attaches a document to one platform of an image. */
export interface ImageReferrer {
  /** The image in the distribution's registry, such as `coredns`. */
  readonly name: string;
  /** The manifest that is referred to. */
  readonly subject: OciDescriptor;
  /** The manifest that refers to it. */
  readonly descriptor: OciDescriptor;
  /** What it attaches, such as `application/vnd.cyclonedx+json`. */
  readonly artifactType: string;
}

/** What {@link imageReferrers} gives. */
export interface ImageReferrers {
  readonly referrers: readonly ImageReferrer[];
  /** The blobs of the layout that they are made of: manifests, documents and the configuration that all share. */
  readonly contents: readonly ReleaseContent[];
}

/** Attaches the documents about images to them: of {@link supplyChainFiles}, or of the same after they were signed. */
export function imageReferrers(
  plan: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
  files: readonly SupplyChainFile[],
): ImageReferrers {
  const platforms = new Map(imagePlatforms(plan, outputs).map((platform) => [platform.sha256, platform]));
  const annotations = { 'org.opencontainers.image.created': plan.distro.date };
  const referrers: ImageReferrer[] = [];
  const contents = new Map<string, ReleaseContent>();
  const add = (content: Omit<ReleaseContent, 'file'>): void => {
    const file = `${IMAGES}/${blobFile(content.sha256)}`;
    const path = commonPath(contents.get(file)?.path ?? content.path, content.path);
    contents.set(file, { ...content, file, path });
  };

  for (const { mediaType, subject: sha256, file: _file, step: _step, ...document } of files) {
    const image = platforms.get(sha256 ?? '');
    if (image === undefined) continue;
    const subject = descriptorOf(MANIFEST_TYPE, blobOf(outputs, { step: image.step.id, output: 'manifest' }));
    const manifest = textContent(
      referrerManifest({ subject, document: descriptorOf(mediaType, document), annotations }),
      document.path,
    );
    for (const content of [document, manifest, textContent(EMPTY_TEXT, document.path)]) add(content);
    const descriptor = { ...descriptorOf(MANIFEST_TYPE, manifest), artifactType: mediaType, annotations };
    referrers.push({ name: image.name, subject, descriptor, artifactType: mediaType });
  }
  return { referrers, contents: [...contents.values()] };
}

function textContent(text: string, path: string): Omit<ReleaseContent, 'file'> {
  return { path, text, sha256: sha256Of(text), size: Buffer.byteLength(text) };
}
