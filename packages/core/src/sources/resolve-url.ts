import { readFile, rm } from 'node:fs/promises';
import { DistroError } from '../errors/distro-error.ts';
import { expand } from '../model/expand.ts';
import type { LockedUrl } from '../model/source.ts';
import { download, type DownloadOptions, type Fingerprint } from './download.ts';
import { redact } from './http-get.ts';

/** How a download is pinned. */
export interface ResolveUrlOptions extends Pick<
  DownloadOptions,
  'file' | 'signal' | 'onProgress' | 'retries' | 'backoffMs'
> {
  /** Where upstream publishes the sha256; `{url}` is replaced. */
  readonly sha256From?: string | undefined;
  /** Takes the file before it is removed. */
  readonly keep?: KeepDownload | undefined;
}

/** Takes a download whose digest is known; it may move the file. */
export type KeepDownload = (file: string, pinned: Fingerprint) => Promise<void>;

/** A list of checksums is small; more than this is not one. */
const MAX_CHECKSUMS = 4 * 1024 * 1024;

/**
 * Downloads an address to learn its digest and size, and compares them with what upstream publishes.
 *
 * @throws DIGEST_MISMATCH when upstream's checksum is another.
 * @throws FORMAT_INVALID when upstream's checksum file holds none for this file.
 */
export async function resolveUrl(address: string, options: ResolveUrlOptions): Promise<LockedUrl> {
  const { sha256From, keep, ...downloading } = options;
  const announced = sha256From === undefined ? undefined : await upstreamSha256(address, sha256From, downloading);
  try {
    const got = await download(address, downloading);
    if (announced !== undefined && announced !== got.sha256) {
      throw new DistroError(
        'DIGEST_MISMATCH',
        `${redact(address)} has sha256 ${got.sha256}, upstream says ${announced}`,
      );
    }
    await keep?.(options.file, got);
    return { kind: 'url', url: address, ...got };
  } finally {
    await rm(options.file, { force: true });
  }
}

async function upstreamSha256(address: string, sha256From: string, options: DownloadOptions): Promise<string> {
  const where = expand(sha256From, { url: address });
  const file = `${options.file}.sha256`;
  const { onProgress: _, ...quiet } = options;
  try {
    const { size } = await download(where, { ...quiet, file });
    const text = size > MAX_CHECKSUMS ? '' : await readFile(file, 'utf8');
    const found = findSha256(text, fileName(address));
    if (found !== undefined) return found;
    throw new DistroError('FORMAT_INVALID', `${redact(where)} holds no sha256 of ${fileName(address)}`);
  } finally {
    await rm(file, { force: true });
  }
}

/** Finds a digest in a file that is only a digest, or lists `digest  name` lines as `sha256sum` does. */
export function findSha256(text: string, name: string): string | undefined {
  const lines = text.split('\n').map((line) => /^([0-9a-f]{64})(?:\s+\*?(.+?))?\s*$/iu.exec(line.trim()));
  const found = lines.flatMap((match) => (match === null ? [] : [{ sha256: match[1] ?? '', name: match[2] }]));
  const only = found.length === 1 ? found[0] : undefined;
  const chosen =
    found.find((entry) => entry.name?.split('/').at(-1) === name) ?? (only?.name === undefined ? only : undefined);
  return chosen?.sha256.toLowerCase();
}

function fileName(address: string): string {
  return decodeURIComponent(new URL(address).pathname.split('/').at(-1) ?? '');
}
