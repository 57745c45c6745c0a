import { DistroError } from '../errors/distro-error.ts';
import type { ReferrersSupport } from './referrers-support.ts';
import type { Transport } from './transport.ts';

/** What the parts of one repository share. */
export interface RepositoryContext {
  readonly transport: Transport;
  /** The registry as its user wrote it. */
  readonly host: string;
  /** The repository's path. */
  readonly path: string;
  /** What is known of the registry's referrers API. */
  readonly support: ReferrersSupport;
  /** The largest part of a blob that is sent in one request. */
  readonly chunkSize: number;
}

/** The path of something in a repository: `/v2/a/b/blobs/sha256:…`. Its parts were checked for what can stand in a path. */
export function pathOf({ path }: Pick<RepositoryContext, 'path'>, rest: string): string {
  return `/v2/${path}/${rest}`;
}

/** How errors name content. */
export function nameOf({ host, path }: Pick<RepositoryContext, 'host' | 'path'>, reference: string): string {
  return `${host}/${path}${/^sha\d+:/u.test(reference) ? '@' : ':'}${reference}`;
}

/** The error for an answer that cannot be true. */
export function answerInvalid(what: string, why: string): DistroError {
  return new DistroError('REGISTRY_ANSWER_INVALID', `${what}: ${why}`);
}
