import { DistroError } from '../errors/distro-error.ts';

/** A line of a sysusers.d file that makes an account or a membership. @see sysusers.d(5) */
export type SysusersEntry =
  | { readonly type: 'group'; readonly line: string; readonly name: string; readonly id?: string }
  | {
      readonly type: 'user';
      readonly line: string;
      readonly name: string;
      /** The user's number, when it is fixed. */
      readonly id?: string;
      /** The number or name of the primary group, when it is not the user's own. */
      readonly group?: string;
      readonly description?: string;
      readonly home?: string;
      readonly shell?: string;
    }
  | { readonly type: 'member'; readonly line: string; readonly name: string; readonly group: string };

const NAME = /^[a-z_][a-z0-9_-]{0,30}$/;

/**
 * Parses the lines of a sysusers.d file. Comments, empty lines and number ranges (`r`) make nothing.
 *
 * @throws `TEXT_INVALID` for a line that systemd-sysusers would not take
 */
export function parseSysusers(lines: readonly string[]): readonly SysusersEntry[] {
  return lines.flatMap((line) => {
    if (/^\s*(?:#|$)/.test(line) || /^r\s/.test(line)) return [];
    const entry = tryParseLine(line);
    if (entry !== undefined) return [entry];
    throw new DistroError('TEXT_INVALID', `sysusers line ${JSON.stringify(line)} is not one`, {
      hint: 'write it as: u name - "Description" /home/dir, g name -, or m name group',
    });
  });
}

function tryParseLine(line: string): SysusersEntry | undefined {
  const fields = splitFields(line);
  if (fields === undefined) return undefined;
  const [type, name = '', id, ...rest] = fields;
  if (!NAME.test(name)) return undefined;
  switch (type) {
    case 'u':
    case 'u!':
      return rest.length > 3 ? undefined : userOf(line, name, id, rest);
    case 'g':
      return rest.some((field) => field !== '-') ? undefined : { type: 'group', line, name, ...numbered(id) };
    case 'm':
      return id === undefined || !NAME.test(id) ? undefined : { type: 'member', line, name, group: id };
    default:
      return undefined;
  }
}

function userOf(line: string, name: string, id: string | undefined, rest: readonly string[]): SysusersEntry {
  const [user, group] = (id ?? '-').split(':');
  const [description, home, shell] = rest;
  return {
    type: 'user',
    line,
    name,
    ...numbered(user),
    ...(group !== undefined && { group }),
    ...(isGiven(description) && { description }),
    ...(isGiven(home) && { home }),
    ...(isGiven(shell) && { shell }),
  };
}

function isGiven(field: string | undefined): field is string {
  return field !== undefined && field !== '-' && field !== '';
}

/** A fixed number; `-` and a path to take the number from leave it open. */
function numbered(id: string | undefined): { readonly id?: string } {
  return id !== undefined && /^\d+$/.test(id) ? { id } : {};
}

/** Fields between white space; quotes keep a field together. Undefined for a line that cannot be split. */
function splitFields(line: string): readonly string[] | undefined {
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)) return undefined;
  const fields: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const field = /^(?:"([^"\\]*)"|'([^'\\]*)'|([^\s"'\\]+))(?:\s+|$)/.exec(rest);
    if (field === null) return undefined;
    fields.push(field[1] ?? field[2] ?? field[3] ?? '');
    rest = rest.slice(field[0].length);
  }
  return fields;
}
