import { DistroError } from '../errors/distro-error.ts';

/** Parts of an image reference, as in {@link https://pkg.go.dev/github.com/distribution/reference}. */
const HOST =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

const MAX_REFERENCE = 512;
const MAX_NAME = 255;
const OCI_SCHEME = 'oci://';

/** An image reference whose registry is named: `registry.example:5000/a/b:tag@sha256:…`. */
export interface ImageReference {
  /** Host, with its port where one is written. */
  readonly registry: string;
  /** The path in the registry: `kubernetes/etcd`. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:` or `sha512:` and lower-case hexadecimal digits. */
  readonly digest?: string;
}

/** True for a text that the container runtimes take as an image reference: `[host/]path[:tag][@digest]`. */
export function isImageReference(text: string): boolean {
  const parts = splitReference(text);
  return parts !== undefined && isRepository(parts.name);
}

/** True for the part of a reference before its tag: `registry.example/kubernetes/etcd`. */
export function isRepository(text: string): boolean {
  const parts = text.split('/');
  // The first part names a host if there is more than one; otherwise it is part of the path.
  const [first = ''] = parts;
  const path = parts.length > 1 && HOST.test(first) ? parts.slice(1) : parts;
  return path.every((part) => PATH_PART.test(part));
}

/** True for a registry's name: a host, with its port where it has one. */
export function isRegistryHost(text: string): boolean {
  return HOST.test(text) && Number(/:(\d+)$/u.exec(text)?.[1] ?? 1) <= 65_535;
}

/** True for a repository's path in its registry: `kubernetes/etcd`. */
export function isRepositoryPath(text: string): boolean {
  return text.length <= MAX_NAME && text.split('/').every((part) => PATH_PART.test(part));
}

/** True for a tag. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** True for a digest of an algorithm that the image specification registers: sha256 or sha512. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/**
 * The parts of an image reference. Its registry must be written out: `nginx` means another image on another machine.
 * {@link formatImageReference} of the result is the text again.
 *
 * @throws NAME_INVALID
 */
export function parseImageReference(text: string): ImageReference {
  const parts = splitReference(text);
  const slash = parts?.name.indexOf('/') ?? -1;
  const registry = parts?.name.slice(0, slash) ?? '';
  const repository = parts?.name.slice(slash + 1) ?? '';
  if (parts === undefined || slash === -1 || !namesRegistry(registry)) throw invalid(text);
  if (!isRepositoryPath(repository) || parts.name.length > MAX_NAME) throw invalid(text);
  const { tag, digest } = parts;
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The text of a reference. */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  const tagged = tag === undefined ? '' : `:${tag}`;
  return `${registry}/${repository}${tagged}${digest === undefined ? '' : `@${digest}`}`;
}

/** True for what commands take as a place in a registry, right or wrong: a text that begins with `oci://`. */
export function isOciAddress(text: string): boolean {
  return text.startsWith(OCI_SCHEME);
}

/**
 * The reference in an `oci://` address: `oci://registry.example/harbor/releases:1.0.0`.
 *
 * @throws NAME_INVALID
 */
export function parseOciAddress(address: string): ImageReference {
  if (!isOciAddress(address)) throw invalid(address);
  return parseImageReference(address.slice(OCI_SCHEME.length));
}

/** The `oci://` address of a reference. */
export function formatOciAddress(reference: ImageReference): string {
  return `${OCI_SCHEME}${formatImageReference(reference)}`;
}

interface SplitReference {
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Cuts tag and digest off and checks them; undefined when they are none. */
function splitReference(text: string): SplitReference | undefined {
  if (text.length > MAX_REFERENCE) return undefined;
  const [named = '', digest, ...extra] = text.split('@');
  if (extra.length > 0 || (digest !== undefined && !isDigest(digest))) return undefined;
  const withDigest = digest === undefined ? {} : { digest };
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  if (colon === -1) return { name: named, ...withDigest };
  const tag = named.slice(colon + 1);
  return isTag(tag) ? { name: named.slice(0, colon), tag, ...withDigest } : undefined;
}

/** A first part that cannot be a part of a path instead: the rule that the container runtimes know hosts by. */
function namesRegistry(part: string): boolean {
  return isRegistryHost(part) && (/[.:]/u.test(part) || part === 'localhost');
}

function invalid(text: string): DistroError {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return new DistroError('NAME_INVALID', `${JSON.stringify(shown)} is not an image reference`, {
    hint: 'write registry, repository and a tag or digest: registry.example:5000/kubernetes/etcd:3.6.0@sha256:…',
  });
}
