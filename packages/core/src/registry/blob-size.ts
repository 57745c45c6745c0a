import { DistroError } from '../errors/distro-error.ts';
import { isDigest } from '../model/image-reference.ts';
import { pullScope } from './auth/scope.ts';
import type { TransferOptions } from './content.ts';
import { answerInvalid, nameOf, pathOf, type RepositoryContext } from './repository-context.ts';

/** Asks for a blob's size; undefined when the repository does not have it. */
export async function blobSize(
  context: RepositoryContext,
  digest: string,
  { signal }: TransferOptions = {},
): Promise<number | undefined> {
  checkDigest(digest);
  const to = pathOf(context, `blobs/${digest}`);
  const scopes = [pullScope(context.path)];
  const answer = await context.transport.call({ method: 'HEAD', to, scopes, expect: [200, 404], signal });
  await answer.drop();
  if (answer.status === 404) return undefined;
  const length = answer.header('content-length') ?? '';
  if (!/^\d{1,15}$/u.test(length)) throw answerInvalid(nameOf(context, digest), 'the registry does not say its size');
  return Number(length);
}

/** @throws NAME_INVALID */
export function checkDigest(digest: string): void {
  if (isDigest(digest)) return;
  throw new DistroError('NAME_INVALID', `${JSON.stringify(digest.slice(0, 200))} is not a digest`, {
    hint: 'a digest is sha256: and 64 lower-case hexadecimal digits',
  });
}
