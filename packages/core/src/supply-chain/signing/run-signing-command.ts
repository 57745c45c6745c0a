import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { DistroError } from '../../errors/distro-error.ts';

/** A program and its arguments. It gets what is to be signed on standard input. */
export type SigningCommand = readonly [program: string, ...args: readonly string[]];

const OUTPUT_LIMIT = 64 << 10;
const MESSAGE_LENGTH = 500;

/**
 * Runs a command that holds a key, and gives what it printed on standard output. Its environment is ours: it may need an
 * agent or the credentials of a KMS.
 *
 * @throws `TOOL_MISSING`; `SIGNING_FAILED` with the end of what it said on standard error
 */
export async function runSigningCommand(command: SigningCommand, input: Uint8Array): Promise<Uint8Array> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: unknown) => {
    const hint = 'install it, or name another command';
    throw new DistroError('TOOL_MISSING', `the signing command ${program} cannot be run`, { hint, cause: error });
  });
  // A command that ends without reading is judged by its exit code and its output.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [exit, output, said] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  if (exit !== 0)
    throw new DistroError(
      'SIGNING_FAILED',
      `the signing command ${program} failed with exit code ${exit}: ${tail(said)}`,
    );
  if (output.length === 0 || output.length > OUTPUT_LIMIT)
    throw new DistroError('SIGNING_FAILED', `the signing command ${program} printed ${output.length} bytes`, {
      hint: 'it must print the signature, and nothing else, on standard output',
    });
  return output;
}

function tail(said: Buffer): string {
  const text = said
    .toString()
    .trim()
    .replaceAll(/\p{Cc}+/gu, ' ');
  // Whatever a command says, no key goes into an error.
  return text.replaceAll(/-----BEGIN .*/gu, '…').slice(-MESSAGE_LENGTH);
}
