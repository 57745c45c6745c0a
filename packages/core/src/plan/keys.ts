import { sha256Of, type Sha256 } from '../model/digest.ts';
import { canonicalJson, type JsonObject } from '../model/json.ts';
import type { LayerEntry } from '../model/layer-entry.ts';
import type { ContentRef, PackageFile } from '../model/package-spec.ts';
import type { BlobId } from '../store/store.ts';
import type { PackageStep, Step, StepKind } from './document.ts';
import { withDigests } from './image-digests.ts';
import { isReference } from './references.ts';

/**
 * The version of how each kind of step is run. It is part of every key: count it up when a runner or a writer makes
 * other bytes than before from the same step, and the old results are no longer found.
 */
export const RECIPES: Readonly<Record<StepKind, number>> = {
  file: 1,
  url: 1,
  debian: 1,
  extract: 1,
  'go-build': 1,
  'c-build': 1,
  'go-licences': 1,
  'debian-licences': 1,
  package: 2,
  layer: 1,
  image: 1,
  'image-index': 1,
  keyring: 1,
  manifests: 1,
  installer: 1,
};

/** What names a step's result. */
export interface StepKey {
  readonly key: Sha256;
  /** The canonical JSON that `key` is the sha256 of. */
  readonly keyed: string;
}

/**
 * The key of a step: the sha256 of all that its bytes depend on. References stand there as the sha256 of what they
 * refer to. The step's id, its construct and where its output goes in the release are left out, so that the same work
 * is found again under another construct, and a rebuilt input with the same bytes changes nothing. Images that texts
 * name stand there by their digests.
 */
export function stepKey(step: Step, inputs: (ref: ContentRef) => BlobId): StepKey {
  const content = (ref: ContentRef): JsonObject => ({ sha256: inputs(ref).sha256 });
  const keyed = canonicalJson({
    kind: step.kind,
    recipe: RECIPES[step.kind],
    ...keyedFields(withDigests(step, inputs), content),
  });
  return { key: sha256Of(keyed), keyed };
}

function keyedFields(step: Step, content: (ref: ContentRef) => JsonObject): JsonObject {
  switch (step.kind) {
    case 'file':
    case 'url':
    case 'debian':
      // Wherever the bytes come from, these are the bytes.
      return { sha256: step.sha256, size: step.size };
    case 'extract':
      return { archive: content(step.archive), format: step.format, members: step.members };
    case 'go-build': {
      const { id: _id, path: _path, outputs: _outputs, images: _images, cgo, patches, modules, ...rest } = step;
      const compiler = cgo === undefined ? {} : { cgo: { ...cgo, sysroot: cgo.sysroot.map(content) } };
      return { ...rest, ...compiler, modules: { ...modules }, patches: patches.map(content) };
    }
    case 'c-build': {
      const { id: _id, path: _path, images: _images, patches, modules, compiler, ...rest } = step;
      return { ...rest, compiler: { ...compiler }, modules: { ...modules }, patches: patches.map(content) };
    }
    case 'go-licences':
      return { module: step.module, version: step.version, programs: step.programs.map(content) };
    case 'debian-licences':
      return {
        packages: step.packages.map(({ name, version, ...deb }) => ({ name, version, ...content(deb.content) })),
      };
    case 'package':
      return { format: step.format, compression: step.compression, spec: keyedSpec(step, content), codecs: codecs() };
    case 'layer':
      return {
        compression: step.compression,
        packages: step.packages.map(content),
        entries: withContent(step.entries, content),
        date: step.date,
        codecs: codecs(),
      };
    case 'image':
      return {
        arch: step.arch,
        settings: { ...step.settings },
        layers: step.layers.map(({ about, createdBy }) => ({ ...content(about), createdBy })),
        date: step.date,
      };
    case 'image-index':
      return { manifests: step.manifests.map(({ arch, ref }) => ({ ...content(ref), arch })) };
    case 'keyring': {
      const certificates = step.certificates.map((each) => ({ ...content(each.content), signs: each.signs }));
      return { certificates, date: step.date, margin: step.margin };
    }
    case 'manifests':
      return { objects: step.objects };
    case 'installer':
      return { installer: step.installer, settings: step.settings };
  }
}

/** The compressors that Node brings: another version may make other bytes of the same input. */
function codecs(): JsonObject {
  const { zlib, zstd } = process.versions;
  return { zlib, zstd };
}

function keyedSpec(step: PackageStep, content: (ref: ContentRef) => JsonObject): JsonObject {
  const files = withContent(step.spec.files, content);
  // A specification is plain data; its interfaces lack the index signature that the type asks for.
  return { ...step.spec, files } as unknown as JsonObject;
}

/** Files with what they refer to instead of the references. */
function withContent(
  files: readonly (PackageFile | LayerEntry)[],
  content: (ref: ContentRef) => JsonObject,
): readonly JsonObject[] {
  return files.map((file) =>
    file.type === 'file' && isReference(file.content) ? { ...file, content: content(file.content) } : file,
  ) as unknown as readonly JsonObject[];
}
