import type { Problem } from '../errors/distro-error.ts';
import { silent, type Reporter } from '../model/progress.ts';
import type { TrustedKeys } from '../release/verify-signatures.ts';

/** What {@link verify} takes. */
export interface VerifyOptions {
  /** The directory of the release. */
  readonly release: string;
  /** Whose signatures count. @default signatures are not looked at */
  readonly keys?: TrustedKeys | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly report?: Reporter | undefined;
}

/**
 * Checks a release against itself: every digest, package, manifest and reference. Every problem names the file and the
 * construct it belongs to; there is none when the release is whole.
 *
 * @throws RELEASE_NOT_FOUND, PERMISSION_DENIED, CANCELLED
 */
export async function verify({ release, keys, signal, report = silent }: VerifyOptions): Promise<readonly Problem[]> {
  // The readers of packages and YAML are a third of the library, and every other command does without them.
  const { verifyRelease } = await import('../release/verify.ts');
  return verifyRelease(release, {
    report,
    ...(signal === undefined ? {} : { signal }),
    ...(keys === undefined ? {} : { keys }),
  });
}
