import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problemsOf, type Problem } from '../errors/distro-error.ts';
import { blobFile } from '../formats/oci/layout.ts';
import { INDEX_TYPE, MANIFEST_TYPE } from '../formats/oci/media-types.ts';
import { bytesSource } from '../model/bytes.ts';
import { parseIndex, parseManifest } from '../registry/documents.ts';
import { fileSource } from '../store/file-bytes.ts';
import { ifExists } from '../store/fs-error.ts';
import { IN_TOTO_TYPE } from '../supply-chain/provenance/statement.ts';
import { verifyDsse } from '../supply-chain/signing/dsse.ts';
import { SIGNATURE_ARTIFACT } from '../supply-chain/signing/sign-image.ts';
import { verifyImage } from '../supply-chain/signing/verify-image.ts';
import { verifyClearSigned, verifyDetached } from '../supply-chain/signing/verify-openpgp.ts';
import { verifyRpm } from '../supply-chain/signing/verify-rpm.ts';
import { IMAGES } from './image-contents.ts';
import type { VerifyContext } from './verify-context.ts';

/** Whose signatures count. A signature that is missing is then as wrong as one by somebody else. */
export interface TrustedKeys {
  /** Certificates (public keys) for rpms, repositories and SHA256SUMS, ASCII-armored. @default they are not looked at */
  readonly openPgp?: readonly string[] | undefined;
  /** Public keys for images and provenance, as PEM (SPKI). @default they are not looked at */
  readonly images?: readonly string[] | undefined;
}

/** Checks that everything in a release that can be signed is signed by a trusted key. */
export async function verifySignatures(context: VerifyContext, keys: TrustedKeys): Promise<readonly Problem[]> {
  const { openPgp = [], images = [] } = keys;
  return [
    ...(openPgp.length === 0 ? [] : await verifyOpenPgp(context, openPgp)),
    ...(images.length === 0 ? [] : await verifyImageSignatures(context, images)),
  ];
}

async function verifyOpenPgp(context: VerifyContext, certificates: readonly string[]): Promise<readonly Problem[]> {
  const { release, directory, whole } = context;
  const options = { certificates };
  const bytes = (file: string): Promise<Buffer> => readFile(join(directory, file));
  const detached = async (file: string, signature: string): Promise<void> => {
    await verifyDetached(bytesSource(await bytes(file)), (await bytes(signature)).toString(), options);
  };
  const signed: (readonly [file: string, signature: string])[] = [['SHA256SUMS', 'SHA256SUMS.asc']];
  if (whole.has('repos/yum/repodata/repomd.xml')) {
    signed.push(['repos/yum/repodata/repomd.xml', 'repos/yum/repodata/repomd.xml.asc']);
  }
  const suite = `repos/apt/dists/${release.distro.channel}`;
  if (whole.has(`${suite}/Release`)) signed.push([`${suite}/Release`, `${suite}/Release.gpg`]);
  const problems: Problem[] = [];
  const check = (file: string, path: string, work: () => Promise<unknown>): Promise<void> =>
    attempt(problems, { file, path }, work);
  const { name } = release.distro;
  for (const [file, signature] of signed) {
    if ((await ifExists(bytes(signature))) === undefined) problems.push(missing(signature, name));
    else await check(signature, name, () => detached(file, signature));
  }
  if (whole.has(`${suite}/Release`) && !whole.has(`${suite}/InRelease`))
    problems.push(missing(`${suite}/InRelease`, name));
  else if (whole.has(`${suite}/InRelease`)) {
    const inRelease = `${suite}/InRelease`;
    await check(inRelease, name, async () => verifyClearSigned((await bytes(inRelease)).toString(), options));
  }
  for (const { file, format, path } of release.packages) {
    if (format !== 'rpm' || !whole.has(file)) continue;
    context.signal?.throwIfAborted();
    await check(file, path, async () => verifyRpm(await fileSource(join(directory, file)), options));
  }
  return problems;
}

async function verifyImageSignatures(
  { release, directory, whole }: VerifyContext,
  publicKeys: readonly string[],
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const blob = async (digest: string): Promise<Buffer | undefined> => {
    const file = `${IMAGES}/${blobFile(digest.replace('sha256:', ''))}`;
    return whole.has(file) ? readFile(join(directory, file)) : undefined;
  };
  const index = `${IMAGES}/index.json`;
  const entries = whole.has(index) ? parseIndex(await readFile(join(directory, index)), INDEX_TYPE, index) : [];
  const signatures = new Map<string, Buffer>();
  for (const { artifactType, digest } of entries) {
    const manifest = artifactType === SIGNATURE_ARTIFACT ? await blob(digest) : undefined;
    const subject = manifest === undefined ? undefined : parseManifest(manifest, MANIFEST_TYPE, digest).subject?.digest;
    if (manifest !== undefined && subject !== undefined) signatures.set(subject, manifest);
  }
  for (const { name, tag, digest, path } of release.images) {
    const manifest = signatures.get(digest);
    const file = `the image ${name}:${tag}`;
    if (manifest === undefined) problems.push(missing(`the signature of ${file}`, path));
    else await attempt(problems, { file, path }, () => verifyImage(manifest, { digest, publicKeys, blob }));
  }
  for (const { file, path } of release.files) {
    if (!file.startsWith('provenance/') || !whole.has(file)) continue;
    if (!file.endsWith('.jsonl')) problems.push(missing(`the signature of ${file}`, path));
    else {
      await attempt(problems, { file, path }, async () =>
        verifyDsse((await readFile(join(directory, file), 'utf8')).trim(), { payloadType: IN_TOTO_TYPE, publicKeys }),
      );
    }
  }
  return problems;
}

async function attempt(
  problems: Problem[],
  { file, path }: { readonly file: string; readonly path: string },
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    for (const { code, message } of problemsOf(error)) problems.push({ code, message: `${file}: ${message}`, path });
  }
}

function missing(file: string, path: string): Problem {
  return { code: 'SIGNATURE_INVALID', message: `${file} is missing`, path };
}
