import { DistroError } from '../../errors/distro-error.ts';
import { isDebVersion } from '../../model/deb-version.ts';

const REQUIRED = ['Package', 'Version', 'Architecture', 'Maintainer', 'Description'];

/**
 * Parses a binary package's control file: one paragraph of fields, each once. See deb822(5).
 *
 * @throws `FORMAT_INVALID` for a line that is neither a field nor a continuation, a field twice, a second paragraph, a
 *   required field that is missing, and a package name or version that is not one
 */
export function parseControl(text: string, what: string): ReadonlyMap<string, string> {
  const invalid = (message: string): DistroError =>
    new DistroError('FORMAT_INVALID', `control file of ${what}: ${message}`);
  if (!text.endsWith('\n')) throw invalid('the last line has no end');
  const fields = new Map<string, string>();
  const seen = new Set<string>();
  let last: string | undefined;
  for (const line of text.replace(/\n+$/, '').split('\n')) {
    const field = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line);
    const [, name = '', value = ''] = field ?? [];
    if (/^[ \t]+\S/.test(line) && last !== undefined) {
      fields.set(last, `${fields.get(last) ?? ''}\n${line}`);
    } else if (field !== null && !/^[#-]/.test(name)) {
      if (seen.has(name.toLowerCase())) throw invalid(`field ${name} is there twice`);
      seen.add(name.toLowerCase());
      fields.set(name, value.trimEnd());
      last = name;
    } else throw invalid(`line ${JSON.stringify(line)} is not a field`);
  }
  for (const name of REQUIRED) if ((fields.get(name) ?? '') === '') throw invalid(`field ${name} is missing`);
  const version = fields.get('Version') ?? '';
  if (!isDebVersion(version)) throw invalid(`version ${JSON.stringify(version)} is not one`);
  const name = fields.get('Package') ?? '';
  if (!/^[a-z0-9][a-z0-9+.-]+$/.test(name)) throw invalid(`package name ${JSON.stringify(name)} is not one`);
  return fields;
}
