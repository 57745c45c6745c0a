import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { blobFile } from '../formats/oci/layout.ts';
import { INDEX_TYPE, MANIFEST_TYPE } from '../formats/oci/media-types.ts';
import { EMPTY_TEXT, referrerManifest } from '../formats/oci/referrer-manifest.ts';
import { descriptorOf } from '../formats/oci/write-image.ts';
import type { OciDescriptor } from '../formats/oci/documents.ts';
import { collect } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import type { Plan } from '../plan/document.ts';
import { commonPath } from '../plan/common-path.ts';
import type { Store } from '../store/store.ts';
import { PROVENANCE_TYPE } from '../supply-chain/provenance/statement.ts';
import { attestImage } from '../supply-chain/signing/attest-image.ts';
import { DSSE_TYPE } from '../supply-chain/signing/dsse.ts';
import type { ReleaseContent } from './contents.ts';
import { IMAGES } from './image-contents.ts';
import { imagePlatforms } from './image-platforms.ts';
import type { SupplyChainFile } from './supply-chain-files.ts';

/** A manifest that attaches a document to an image, or to one platform of it. */
export interface ImageReferrer {
  /** The image in the distribution's registry, such as `coredns`. */
  readonly name: string;
  /** The manifest or index that is referred to. */
  readonly subject: OciDescriptor;
  /** The manifest that refers to it. */
  readonly descriptor: OciDescriptor;
  /** What it attaches, such as `application/vnd.cyclonedx+json`. */
  readonly artifactType: string;
  /** The tag under which cosign looks for it, where it is one of cosign's. */
  readonly tag?: string;
}

/** What {@link imageReferrers} gives. */
export interface ImageReferrers {
  readonly referrers: readonly ImageReferrer[];
  /** The blobs of the layout that they are made of: manifests, documents and the configuration that all share. */
  readonly contents: readonly ReleaseContent[];
}

const ENVELOPE_LIMIT = 1 << 26;

/**
 * Attaches the documents about images to them: those of {@link supplyChainFiles}, or the same after they were signed.
 * Signed statements are attached as `cosign verify-attestation` looks for them.
 *
 * @throws STORE_CORRUPT
 */
export async function imageReferrers(
  plan: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
  files: readonly SupplyChainFile[],
  store: Store,
): Promise<ImageReferrers> {
  const subjects = imageSubjects(plan, outputs);
  const annotations = { 'org.opencontainers.image.created': plan.distro.date };
  const referrers: ImageReferrer[] = [];
  const contents = new Map<string, ReleaseContent>();
  const add = (content: Omit<ReleaseContent, 'file'>): void => {
    const file = `${IMAGES}/${blobFile(content.sha256)}`;
    const path = commonPath(contents.get(file)?.path ?? content.path, content.path);
    contents.set(file, { ...content, file, path });
  };

  for (const { mediaType, subject: sha256, file: _file, step: _step, ...document } of files) {
    const image = subjects.get(sha256 ?? '');
    if (image === undefined) continue;
    const { name, subject } = image;
    if (mediaType === DSSE_TYPE) {
      const envelope = Buffer.from(await collect((await store.findBlob(document)).read(), ENVELOPE_LIMIT)).toString();
      const { blobs, tag, ...manifest } = attestImage(subject, [{ envelope, predicateType: PROVENANCE_TYPE }]);
      for (const { content } of [manifest, ...blobs]) add(textContent(Buffer.from(content).toString(), document.path));
      const { descriptor } = manifest;
      referrers.push({ name, subject, descriptor, artifactType: descriptor.artifactType, tag });
    } else {
      const options = { subject, document: descriptorOf(mediaType, document), annotations };
      const manifest = textContent(referrerManifest(options), document.path);
      for (const content of [document, manifest, textContent(EMPTY_TEXT, document.path)]) add(content);
      const descriptor = { ...descriptorOf(MANIFEST_TYPE, manifest), artifactType: mediaType, annotations };
      referrers.push({ name, subject, descriptor, artifactType: mediaType });
    }
  }
  return { referrers, contents: [...contents.values()] };
}

/** Every index and manifest of an image by its sha256. */
function imageSubjects(
  plan: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
): ReadonlyMap<string, Pick<ImageReferrer, 'name' | 'subject'>> {
  const platforms = imagePlatforms(plan, outputs).map(({ name, step }) => ({
    name,
    subject: descriptorOf(MANIFEST_TYPE, blobOf(outputs, { step: step.id, output: 'manifest' })),
  }));
  const indexes = plan.steps.flatMap((step) =>
    step.kind === 'image-index'
      ? [{ name: step.name, subject: descriptorOf(INDEX_TYPE, blobOf(outputs, { step: step.id, output: 'index' })) }]
      : [],
  );
  return new Map([...platforms, ...indexes].map((image) => [image.subject.digest.replace('sha256:', ''), image]));
}

function textContent(text: string, path: string): Omit<ReleaseContent, 'file'> {
  return { path, text, sha256: sha256Of(text), size: Buffer.byteLength(text) };
}
