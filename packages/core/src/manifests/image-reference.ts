/** Parts of an image reference, as in {@link https://pkg.go.dev/github.com/distribution/reference}. */
const HOST =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** True for a text that the container runtimes take as an image reference: `[host/]path[:tag][@digest]`. */
export function isImageReference(text: string): boolean {
  if (text.length > 512) return false;
  const [named = '', digest, ...extra] = text.split('@');
  if (extra.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return false;
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  if (colon !== -1 && !TAG.test(named.slice(colon + 1))) return false;
  return isRepository(colon === -1 ? named : named.slice(0, colon));
}

/** True for the part of a reference before its tag: `registry.example/kubernetes/etcd`. */
export function isRepository(text: string): boolean {
  const parts = text.split('/');
  // The first part names a host if there is more than one; otherwise it is part of the path.
  const [first = ''] = parts;
  const path = parts.length > 1 && HOST.test(first) ? parts.slice(1) : parts;
  return path.every((part) => PATH_PART.test(part));
}
