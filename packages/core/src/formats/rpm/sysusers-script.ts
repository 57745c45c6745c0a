import { indent, shellWord, shellWords } from '../shell.ts';
import type { SysusersEntry } from '../sysusers.ts';

/** Ends the lines that the script hands to systemd-sysusers. */
const END = 'END_OF_SYSUSERS';

/**
 * Makes accounts before the files that they own are unpacked: by systemd-sysusers from the lines, or by the tools of
 * shadow-utils. Nothing happens for an account that is there, as one that rpm 4.19 or later made itself.
 *
 * @param path - the sysusers.d file that the lines will be in, which an administrator may override
 */
export function sysusersPreInstall(entries: readonly SysusersEntry[], path: string): readonly string[] {
  if (entries.length === 0) return [];
  return [
    'if ! command -v systemd-sysusers >/dev/null 2>&1 ||',
    `    ! systemd-sysusers --replace=${shellWord(path)} - <<'${END}'`,
    ...entries.map(({ line }) => line),
    END,
    'then',
    ...indent(entries.flatMap(fallback)),
    'fi',
  ];
}

function fallback(entry: SysusersEntry): readonly string[] {
  switch (entry.type) {
    case 'group':
      return [addGroup(entry.name, entry.id)];
    case 'user':
      return [...(entry.group === undefined ? [addGroup(entry.name, entry.id)] : []), addUser(entry)];
    case 'member':
      return [`usermod -a -G ${shellWord(entry.group)} ${shellWord(entry.name)} || :`];
  }
}

function addGroup(name: string, id: string | undefined): string {
  const number = id === undefined ? '' : `-g ${id} `;
  return `getent group ${shellWord(name)} >/dev/null || groupadd -r ${number}${shellWord(name)} || :`;
}

function addUser(user: Extract<SysusersEntry, { readonly type: 'user' }>): string {
  const options = ['-r', '-g', user.group ?? user.name, '-d', user.home ?? '/', '-s', user.shell ?? '/sbin/nologin'];
  if (user.id !== undefined) options.push('-u', user.id);
  if (user.description !== undefined) options.push('-c', user.description);
  const name = shellWord(user.name);
  return `getent passwd ${name} >/dev/null || useradd ${shellWords(options)} ${name} || :`;
}
