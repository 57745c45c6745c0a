import { compareText } from '../../model/json.ts';

/** The parts of a package URL. */
export interface PurlParts {
  /** Such as `golang`. */
  readonly type: string;
  /** With slashes between its segments. */
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers?: Readonly<Record<string, string | undefined>>;
  /** With slashes between its segments. */
  readonly subpath?: string;
}

/**
 * A package URL in its canonical form, in which equal parts have equal texts. Qualifiers that are empty are left out.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
export function formatPurl({ type, namespace, name, version, qualifiers = {}, subpath }: PurlParts): string {
  const pairs = Object.entries(qualifiers)
    .flatMap(([key, value]) => (value === undefined || value === '' ? [] : [`${key}=${escape(value)}`]))
    .sort(compareText);
  return [
    `pkg:${type}/`,
    namespace === undefined ? '' : `${segments(namespace)}/`,
    escape(name),
    version === undefined ? '' : `@${escape(version)}`,
    pairs.length === 0 ? '' : `?${pairs.join('&')}`,
    subpath === undefined ? '' : `#${segments(subpath)}`,
  ].join('');
}

/** The purl of a Go module's version, or of a package in it. */
export function goPurl(module: string, version: string, importPath: string = module): string {
  const slash = module.lastIndexOf('/');
  const inside = importPath.startsWith(`${module}/`) ? importPath.slice(module.length + 1) : undefined;
  return formatPurl({
    type: 'golang',
    ...(slash === -1 ? {} : { namespace: module.slice(0, slash) }),
    name: module.slice(slash + 1),
    version,
    ...(inside === undefined ? {} : { subpath: inside }),
  });
}

function segments(path: string): string {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map(escape)
    .join('/');
}

/** Everything but letters, digits, `-`, `.`, `_`, `~` and `:`. */
function escape(text: string): string {
  const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text)
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, percent);
}
