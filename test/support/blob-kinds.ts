import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Descriptor {
  readonly mediaType: string;
  /** Absent from what an image's configuration calls so. */
  readonly digest?: string;
  readonly artifactType?: string;
}

interface Document {
  readonly manifests?: readonly Descriptor[];
  readonly layers?: readonly Descriptor[];
  readonly config?: Descriptor;
}

/** What each blob of an image layout is, by its path: the media type that it is named with, and what is attached with it. */
export async function blobKinds(layout: string): Promise<ReadonlyMap<string, string>> {
  const blobs = (await readdir(join(layout, 'blobs/sha256'))).map((name) => `blobs/sha256/${name}`);
  const kinds = new Map<string, string>();
  for (const file of ['index.json', ...blobs]) {
    const { manifests = [], layers = [], config } = await documentIn(join(layout, file));
    for (const { digest, mediaType, artifactType = '' } of [...manifests, ...layers, config ?? []].flat()) {
      if (digest !== undefined) kinds.set(`blobs/${digest.replace(':', '/')}`, `${mediaType} ${artifactType}`);
    }
  }
  return kinds;
}

/** A blob as a document; a layer is none. */
async function documentIn(file: string): Promise<Document> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Document;
  } catch {
    return {};
  }
}
