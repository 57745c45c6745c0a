import { blobOf, type StepOutputs } from '../build/build-result.ts';
import type { OciDescriptor } from '../formats/oci/documents.ts';
import { blobFile } from '../formats/oci/layout.ts';
import { INDEX_TYPE, MANIFEST_TYPE } from '../formats/oci/media-types.ts';
import { descriptorOf } from '../formats/oci/write-image.ts';
import type { ImageSigner } from '../model/signer.ts';
import type { Plan } from '../plan/document.ts';
import { signImage } from '../supply-chain/signing/sign-image.ts';
import type { OciContent } from '../supply-chain/signing/attached-manifest.ts';
import type { ReleaseContent } from './contents.ts';
import { IMAGES, type AttachedContents } from './image-contents.ts';
import { imagePlatforms } from './image-platforms.ts';

/** Signs every image of a release: its index, and each platform of it, as cosign does. */
export async function signImages(
  plan: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
  signer: ImageSigner,
): Promise<AttachedContents> {
  const manifests: OciDescriptor[] = [];
  const contents = new Map<string, ReleaseContent>();
  for (const { image, repository, path } of signable(plan, outputs)) {
    const { blobs, ...manifest } = await signImage({ image, repository, signer });
    manifests.push(manifest.descriptor);
    for (const content of [manifest, ...blobs]) {
      const file = contentOf(content, path);
      contents.set(file.file, file);
    }
  }
  return { manifests, contents: [...contents.values()] };
}

interface Signable {
  readonly image: OciDescriptor;
  readonly repository: string;
  readonly path: string;
}

function signable(plan: Plan, outputs: ReadonlyMap<string, StepOutputs>): readonly Signable[] {
  const { registry } = plan.distro;
  const indexes = plan.steps
    .filter((step) => step.kind === 'image-index')
    .map(({ id, name, path }) => ({
      image: descriptorOf(INDEX_TYPE, blobOf(outputs, { step: id, output: 'index' })),
      repository: `${registry}/${name}`,
      path,
    }));
  const platforms = imagePlatforms(plan, outputs).map(({ step, name }) => ({
    image: descriptorOf(MANIFEST_TYPE, blobOf(outputs, { step: step.id, output: 'manifest' })),
    repository: `${registry}/${name}`,
    path: step.path,
  }));
  // Images of one content are one: its signature names the first repository.
  const distinct = new Map([...indexes, ...platforms].toReversed().map((each) => [each.image.digest, each]));
  return [...distinct.values()];
}

function contentOf({ descriptor: { digest, size }, content }: OciContent, path: string): ReleaseContent {
  const sha256 = digest.replace('sha256:', '');
  return { file: `${IMAGES}/${blobFile(sha256)}`, path, text: Buffer.from(content).toString(), sha256, size };
}
