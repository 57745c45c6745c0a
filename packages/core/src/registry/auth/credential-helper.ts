import { spawn } from 'node:child_process';
import { z } from 'zod';
import { DistroError } from '../../errors/distro-error.ts';
import type { Credentials } from './credentials.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/u;
const MAX_OUTPUT = 1024 * 1024;
const TIMEOUT_MS = 60_000;
/** What helpers print, with exit code 1, for a server that they know nothing of. */
const NOT_FOUND = 'credentials not found in native keychain';
/** The user name that says that the secret is an identity token. */
const TOKEN_USER = '<token>';

const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

/**
 * Asks the program `docker-credential-<name>` for a server, by the
 * {@link https://github.com/docker/docker-credential-helpers protocol of docker's credential helpers}. What the program
 * prints is never part of an error: it may be a secret.
 *
 * @throws CREDENTIALS_INVALID
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  env: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  if (!NAME.test(name)) throw invalid(`${JSON.stringify(name)} is not the name of a credential helper`);
  const program = `docker-credential-${name}`;
  const { exit, stdout } = await run(program, server, env);
  if (exit !== 0 && stdout.trim() === NOT_FOUND) return undefined;
  if (exit !== 0) throw invalid(`${program} failed for ${server} with exit code ${exit}`);
  const answer = answerSchema.safeParse(jsonOf(stdout));
  if (!answer.success) throw invalid(`${program} printed no credentials for ${server}`);
  const { Username: username, Secret: secret } = answer.data;
  if (username === '' && secret === '') return undefined;
  return username === TOKEN_USER ? { identityToken: secret } : { username, password: secret };
}

interface Ended {
  readonly exit: number;
  readonly stdout: string;
}

function run(program: string, input: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], { env, stdio: ['pipe', 'pipe', 'ignore'], timeout: TIMEOUT_MS });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > MAX_OUTPUT) child.kill('SIGKILL');
    });
    child.once('error', () => reject(invalid(`the program ${program} cannot be run`)));
    child.once('close', (code) => resolve({ exit: code ?? 128, stdout }));
    // A helper may end without reading what it is asked for.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(message: string): DistroError {
  const hint = 'helpers are named in the docker configuration, under credHelpers and credsStore';
  return new DistroError('CREDENTIALS_INVALID', message, { hint });
}
