import { isLicenceExpression, licenceExpression } from './licence-expression.ts';

/** The short names of the format that SPDX calls otherwise, in lower case. */
const NAMES: Readonly<Record<string, string>> = {
  expat: 'MIT',
  'bsd-2-clause': 'BSD-2-Clause',
  'bsd-3-clause': 'BSD-3-Clause',
  'bsd-4-clause': 'BSD-4-Clause',
  'apache-2': 'Apache-2.0',
  'apache-2.0': 'Apache-2.0',
  cc0: 'CC0-1.0',
  'cc0-1.0': 'CC0-1.0',
  isc: 'ISC',
  zlib: 'Zlib',
};

/** `GPL-2+` and its like: the versions that SPDX lists, with and without a point. */
const GNU = /^(A?GPL|LGPL|GFDL)-([123](?:\.[0-9])?)(?:\.0)?(\+?)$/i;

/**
 * The SPDX expression that a Debian package's copyright file amounts to: the licences of all its files. Undefined for a
 * file that is not in the machine-readable format, and for a licence that SPDX has no identifier for.
 *
 * @see https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
 */
export function debianLicence(copyright: string): string | undefined {
  const [header, ...paragraphs] = copyright
    .replaceAll('\r\n', '\n')
    .split(/\n(?:[ \t]*\n)+/)
    .map(fieldsOf);
  if (
    !/^https?:\/\/www\.debian\.org\/doc\/packaging-manuals\/copyright-format\/1\.0\/?$/.test(
      header?.get('format') ?? '',
    )
  )
    return undefined;
  const ofFiles = paragraphs.filter((fields) => fields.has('files')).map((fields) => fields.get('license'));
  const found = ofFiles.map((name) => (name === undefined ? undefined : expressionOf(name)));
  if (found.includes(undefined)) return undefined;
  return licenceExpression(found.flatMap((expression) => expression ?? []));
}

/** The first line of each field, by its name in lower case. */
function fieldsOf(paragraph: string): ReadonlyMap<string, string> {
  const fields = paragraph.split('\n').flatMap((line) => {
    const [, name, value] = /^([A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  return new Map(fields);
}

/** Names joined by `and`, or by `or`; both together mean what commas say, which nobody can be sure of. */
function expressionOf(text: string): string | undefined {
  const isMixed = /\band\b/i.test(text) && /\bor\b/i.test(text);
  if (isMixed || text.includes(',') || text === '') return undefined;
  const operator = /\bor\b/i.test(text) ? ' OR ' : ' AND ';
  const names = text.split(/\s+(?:and|or)\s+/i).map(nameOf);
  return names.includes(undefined) ? undefined : names.join(operator);
}

function nameOf(name: string): string | undefined {
  const listed = NAMES[name.toLowerCase()];
  if (listed !== undefined) return listed;
  const [, family, version = '', later] = GNU.exec(name) ?? [];
  if (family === undefined) return isLicenceExpression(name) && !name.includes(' ') ? name : undefined;
  const exact = version.includes('.') ? version : `${version}.0`;
  const identifier = `${family.toUpperCase()}-${exact}-${later === '+' ? 'or-later' : 'only'}`;
  return isLicenceExpression(identifier) ? identifier : undefined;
}
