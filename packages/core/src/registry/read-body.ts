import { DistroError } from '../errors/distro-error.ts';
import { collect } from '../model/bytes.ts';
import { redact } from '../sources/http-get.ts';
import type { HttpAnswer } from './http-client.ts';

/** A whole body of at most `limit` bytes. @throws FORMAT_LIMIT; PassingFailure when the connection breaks */
export async function readBytes(answer: HttpAnswer, limit: number): Promise<Uint8Array> {
  try {
    return await collect(answer.body, limit);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DistroError('FORMAT_LIMIT', `${redact(answer.url.href)} answered with more than ${limit} bytes`);
  }
}

/** A body as JSON; not yet checked for what is in it. @throws REGISTRY_ANSWER_INVALID, FORMAT_LIMIT */
export async function readJson(answer: HttpAnswer, limit: number): Promise<unknown> {
  const bytes = await readBytes(answer, limit);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new DistroError(
      'REGISTRY_ANSWER_INVALID',
      `${redact(answer.url.href)} answered with something that is no JSON`,
    );
  }
}
