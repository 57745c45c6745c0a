import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOpenPgpKey } from './openpgp-keys.ts';
import type { SmallAppChanges } from './small-app.ts';
import { type SmallDistro, smallDistro } from './small-distro.ts';

/** A {@link SmallDistro} with an image, its signing keys in files. */
export interface SignedDistro extends SmallDistro {
  readonly signer: SigningFiles;
  /** Makes a signed release in a directory below {@link SmallDistro.dir}, of the app with changes. Returns its path. */
  release(name: string, options?: SignedReleaseOptions): Promise<string>;
}

/** How a release of a {@link SignedDistro} differs. */
export interface SignedReleaseOptions {
  readonly replace?: SmallAppChanges['replace'];
  /** Who signs. @default the distribution's own keys */
  readonly signer?: SigningFiles;
}

/** The files of two keys. */
export interface SigningFiles {
  /** The environment that names the private ones. */
  readonly env: Readonly<Record<string, string>>;
  /** The OpenPGP certificate. */
  readonly certificate: string;
  /** The public key of images. */
  readonly imageKey: string;
}

const IMAGE = "new Image(small, 'about', { files: { '/etc/about': text('about\\n') }, tag: '1' });";

/** Makes a {@link SignedDistro}, locked; dispose it at the end. */
export async function signedDistro(): Promise<SignedDistro> {
  const small = await smallDistro();
  const own = await newSigner(small.dir, 'own');
  const writeApp: SmallDistro['writeApp'] = ({ body = '', replace = {} } = {}) =>
    small.writeApp({ body: `${IMAGE}\n${body}`, replace: { 'AddOn,': 'AddOn, Image,', ...replace } });
  await writeApp();
  const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const { code, err } = await small.cli(args, { env });
    if (code !== 0) throw new Error(`distrokit ${args.join(' ')}: ${err}`);
  };
  await run(['lock']);
  return {
    ...small,
    writeApp,
    signer: own,
    async release(name, { replace = {}, signer = own } = {}) {
      const output = join(small.dir, name);
      await writeApp({ replace });
      await run(['synth', '--output', output], signer.env);
      return output;
    },
  };
}

/** Makes two keys and writes them to a directory. */
export async function newSigner(dir: string, name: string): Promise<SigningFiles> {
  const { privateKey, publicKey } = await makeOpenPgpKey({ type: 'rsa' });
  const image = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const write = async (file: string, content: string): Promise<string> => {
    const path = join(dir, `${name}.${file}`);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  return {
    env: {
      DISTROKIT_OPENPGP_KEY: await write('key.asc', privateKey),
      DISTROKIT_IMAGE_KEY: await write('image.pem', String(image.privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    },
    certificate: await write('certificate.asc', publicKey),
    imageKey: await write('image.pub', String(image.publicKey.export({ type: 'spki', format: 'pem' }))),
  };
}
