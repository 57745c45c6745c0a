import { readFile } from 'node:fs/promises';
import { DistroError } from '../../errors/distro-error.ts';
import type { ImageSigner, OpenPgpSigner } from '../../model/signer.ts';
import type { SigningCommand } from './run-signing-command.ts';

/** Variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What holds the keys of a release. */
export interface Signers {
  /** Absent when no OpenPGP key is named: the release is not signed with one. */
  readonly openPgp?: OpenPgpSigner;
  /** Absent when no image key is named. */
  readonly images?: ImageSigner;
}

/**
 * The environment variables that say where the signing keys are. A key or passphrase is the path of a file, or
 * `env:NAME` for another variable that holds it; a key can also be `exec:COMMAND`, which a shell runs for each signature.
 * There are no flags for them: arguments of a process can be read by everyone on the machine.
 */
export const SIGNING_VARIABLES = {
  openPgpKey: 'DISTROKIT_OPENPGP_KEY',
  openPgpPassphrase: 'DISTROKIT_OPENPGP_PASSPHRASE',
  /** The certificate's file, for a key that is a command. */
  openPgpCertificate: 'DISTROKIT_OPENPGP_CERTIFICATE',
  /** The command for signatures over texts, for a key that is a command. */
  openPgpTextCommand: 'DISTROKIT_OPENPGP_TEXT_COMMAND',
  /** `keyless` is possible too. */
  imageKey: 'DISTROKIT_IMAGE_KEY',
  imagePassphrase: 'DISTROKIT_IMAGE_KEY_PASSPHRASE',
  /** The public key's file, for a key that is a command. */
  imagePublicKey: 'DISTROKIT_IMAGE_PUBLIC_KEY',
} as const;

/**
 * The signers that an environment names. What signs is loaded when it is named: it is large, and few commands sign.
 *
 * @param date - the release date
 * @throws `KEY_INVALID` for what is not there or cannot be read, `KEY_REFUSED` for a key that is not fit to sign
 */
export async function signersFrom(env: Environment, date: Date): Promise<Signers> {
  const openPgp = await openPgpFrom(env, date);
  const images = await imageFrom(env);
  return { ...(openPgp === undefined ? {} : { openPgp }), ...(images === undefined ? {} : { images }) };
}

async function openPgpFrom(env: Environment, date: Date): Promise<OpenPgpSigner | undefined> {
  const { openPgpKey, openPgpPassphrase, openPgpCertificate, openPgpTextCommand } = SIGNING_VARIABLES;
  const command = commandOf(env, openPgpKey);
  if (command === undefined) {
    const privateKey = await secret(env, openPgpKey);
    if (privateKey === undefined) return undefined;
    const { openPgpSigner } = await import('./openpgp-signer.ts');
    return openPgpSigner({ privateKey, passphrase: await passphrase(env, openPgpPassphrase), date });
  }
  const text = env[openPgpTextCommand];
  const textCommand = text === undefined || text === '' ? undefined : shell(text);
  const { commandSigner } = await import('./command-signer.ts');
  return commandSigner({ command, textCommand, certificate: await required(env, openPgpCertificate), date });
}

async function imageFrom(env: Environment): Promise<ImageSigner | undefined> {
  const { imageKey, imagePassphrase, imagePublicKey } = SIGNING_VARIABLES;
  if (env[imageKey] === 'keyless') {
    const { keylessSigner } = await import('./keyless-signer.ts');
    return keylessSigner();
  }
  const command = commandOf(env, imageKey);
  if (command !== undefined) {
    const { commandImageSigner } = await import('./image-signer.ts');
    return commandImageSigner({ command, publicKey: await required(env, imagePublicKey) });
  }
  const privateKey = await secret(env, imageKey);
  if (privateKey === undefined) return undefined;
  const { imageSigner } = await import('./image-signer.ts');
  return imageSigner({ privateKey, passphrase: await passphrase(env, imagePassphrase) });
}

const COMMAND = 'exec:';
const VARIABLE = 'env:';

function commandOf(env: Environment, variable: string): SigningCommand | undefined {
  const value = env[variable];
  return value?.startsWith(COMMAND) === true ? shell(value.slice(COMMAND.length)) : undefined;
}

function shell(line: string): SigningCommand {
  return ['/bin/sh', '-c', line];
}

/** What a variable leads to; undefined when it is not set. Errors name the variable, never what it holds. */
async function secret(env: Environment, variable: string): Promise<string | undefined> {
  const value = env[variable];
  if (value === undefined || value === '') return undefined;
  if (value.startsWith(VARIABLE)) {
    const held = env[value.slice(VARIABLE.length)];
    if (held !== undefined && held !== '') return held;
    throw new DistroError('KEY_INVALID', `${variable} names a variable that is not set`, {
      hint: `${variable}=env:NAME, with the key in the variable NAME`,
    });
  }
  return readFile(value, 'utf8').catch(() => {
    // Whoever put the key itself into the variable must not see it in a log.
    throw new DistroError('KEY_INVALID', `${variable} does not name a file that can be read`, {
      hint: `${variable}=PATH for a file, ${variable}=env:NAME for another variable`,
    });
  });
}

async function passphrase(env: Environment, variable: string): Promise<string | undefined> {
  return (await secret(env, variable))?.replace(/\r?\n$/u, '');
}

async function required(env: Environment, variable: string): Promise<string> {
  const value = await secret(env, variable);
  if (value !== undefined) return value;
  throw new DistroError('KEY_INVALID', `${variable} is not set, and a key that is a command needs it`, {
    hint: `${variable}=PATH of the certificate or public key`,
  });
}
