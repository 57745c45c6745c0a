import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';

/** How many bytes of a download are on disk already. */
export async function partialSize(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

/** A running sha256 over the bytes that are on disk already. */
export async function partialHash(file: string): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash;
}

/** What names the content that the partial file belongs to, for `If-Range`. */
export async function readValidator(file: string): Promise<string | undefined> {
  return readFile(validatorFile(file), 'utf8').catch(() => undefined);
}

/** Keeps a strong ETag, else the date. See RFC 9110, section 13.1.5. */
export async function saveValidator(file: string, headers: IncomingHttpHeaders): Promise<void> {
  const { etag, 'last-modified': modified } = headers;
  const validator = etag !== undefined && !etag.startsWith('W/') ? etag : modified;
  if (validator === undefined) await dropValidator(file);
  else await writeFile(validatorFile(file), validator);
}

/** Forgets what the content was called: the file is complete. */
export async function dropValidator(file: string): Promise<void> {
  await rm(validatorFile(file), { force: true });
}

/** Removes a partial file that is of no use. */
export async function discardPartial(file: string): Promise<void> {
  await Promise.all([rm(file, { force: true }), dropValidator(file)]);
}

function validatorFile(file: string): string {
  return `${file}.validator`;
}
