import { deleteScope } from './auth/scope.ts';
import { blobSize, checkDigest } from './blob-size.ts';
import { pullBlob } from './pull-blob.ts';
import { pushBlob } from './push-blob.ts';
import type { Blobs } from './registry.ts';
import { pathOf, type RepositoryContext } from './repository-context.ts';

/** The blobs of a repository. */
export function newBlobs(context: RepositoryContext): Blobs {
  return {
    sizeOf: (digest, options) => blobSize(context, digest, options),
    pull(blob, options) {
      checkDigest(blob.digest);
      return pullBlob(context, blob, options);
    },
    async push(blob, content, options) {
      checkDigest(blob.digest);
      return pushBlob(context, { blob, content, options });
    },
    async delete(digest, { signal } = {}) {
      checkDigest(digest);
      const to = pathOf(context, `blobs/${digest}`);
      const scopes = [deleteScope(context.path)];
      const answer = await context.transport.call({ method: 'DELETE', to, scopes, expect: [202, 200, 204], signal });
      await answer.drop();
    },
  };
}
