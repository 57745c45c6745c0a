import { assertNoProblems, DistroError } from '../errors/distro-error.ts';
import { collect } from '../model/bytes.ts';
import { sha256Of } from '../model/digest.ts';
import { keyringFile } from '../model/signing-policy.ts';
import type { FileBundle } from '../model/file-bundle.ts';
import { findPlaceholders } from '../model/image-placeholder.ts';
import { compareText, prettyJson, type JsonObject } from '../model/json.ts';
import type { InstallerStep, KeyringStep, ManifestsStep, PackageStep, Plan } from '../plan/document.ts';
import { formatPlan } from '../plan/plan-file.ts';
import type { BlobId, Store } from '../store/store.ts';
import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { imageContents, type AttachedContents } from './image-contents.ts';

/** One file of a release: where it goes, and its text or the blob that holds it. */
export interface ReleaseContent extends BlobId {
  /** Its path in the release. */
  readonly file: string;
  /** The construct that made it. */
  readonly path: string;
  /** The step that made it; absent for the files about the release as a whole. */
  readonly step?: string;
  /** The content of a small file; absent where the content is the blob `sha256` of the store. */
  readonly text?: string;
}

const BUNDLE_LIMIT = 1 << 30;

/** What a release holds beside the files that its steps made. */
export interface ReleaseAdditions {
  /** What is attached to its images. */
  readonly attached: AttachedContents;
  /** Everything else. */
  readonly contents: readonly ReleaseContent[];
}

const NO_ADDITIONS: ReleaseAdditions = { attached: { manifests: [], contents: [] }, contents: [] };

/**
 * Every file of a release but release.json and SHA256SUMS, sorted by name.
 *
 * @throws FILE_COLLISION when two steps make the same file; RELEASE_INVALID when a placeholder for a digest is left
 */
export async function contentsOf(
  plan: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
  store: Store,
  additions: ReleaseAdditions = NO_ADDITIONS,
): Promise<readonly ReleaseContent[]> {
  const root = plan.distro.tree.path;
  const contents = [
    textContent('plan.json', root, formatPlan(plan)),
    textContent('tree.json', root, prettyJson(plan.distro.tree as unknown as JsonObject)),
  ];
  for (const step of plan.steps) {
    if (step.kind === 'package') contents.push(packageContent(step, outputs));
    if (step.kind === 'keyring') contents.push(keyringContent(step, plan.distro.name, outputs));
    if (step.kind !== 'manifests' && step.kind !== 'installer') continue;
    for (const content of await bundleContents(step, outputs, store)) contents.push(content);
  }
  contents.push(...imageContents(plan, outputs, additions.attached), ...additions.contents);
  contents.sort((a, b) => compareText(a.file, b.file));
  assertDistinct(contents);
  return contents;
}

function textContent(file: string, path: string, text: string): ReleaseContent {
  return { file, path, text, sha256: sha256Of(text), size: Buffer.byteLength(text) };
}

function packageContent({ id, file, path }: PackageStep, outputs: ReadonlyMap<string, StepOutputs>): ReleaseContent {
  return { file, path, step: id, ...blobOf(outputs, { step: id, output: 'package' }) };
}

/** For whoever is to trust a release before a package can bring the keyring. */
function keyringContent(step: KeyringStep, name: string, outputs: ReadonlyMap<string, StepOutputs>): ReleaseContent {
  const { id, path } = step;
  return { file: keyringFile(name), path, step: id, ...blobOf(outputs, { step: id, output: 'armored' }) };
}

async function bundleContents(
  { id, directory, path }: ManifestsStep | InstallerStep,
  outputs: ReadonlyMap<string, StepOutputs>,
  store: Store,
): Promise<readonly ReleaseContent[]> {
  const blob = await store.findBlob(blobOf(outputs, { step: id, output: 'files' }));
  const bundle = JSON.parse(Buffer.from(await collect(blob.read(), BUNDLE_LIMIT)).toString()) as FileBundle;
  return Object.entries(bundle).map(([name, text]) => {
    const file = `${directory}/${name}`;
    if (findPlaceholders(text).size === 0) return { ...textContent(file, path, text), step: id };
    throw new DistroError('RELEASE_INVALID', `${file} names an image by a digest that was not filled in`, { path });
  });
}

function assertDistinct(sorted: readonly ReleaseContent[]): void {
  assertNoProblems(
    sorted.flatMap(({ file, path }, index) => {
      const before = sorted[index - 1];
      if (before?.file !== file) return [];
      return [{ code: 'FILE_COLLISION', message: `${file} is also made by ${before.path}`, path }];
    }),
  );
}
