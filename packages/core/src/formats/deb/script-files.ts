import { compareText } from '../../model/json.ts';
import type { PackageFile, PackageSpec } from '../../model/package-spec.ts';
import { parentsOf } from '../package-path.ts';
import { indent, shellWord } from '../shell.ts';
import { parseSysusers } from '../sysusers.ts';
import { whenConfigured } from './script-conditions.ts';

/** After unpacking: users, the files they own, temporary files, capabilities; each for what comes after it. */
export function filesPostInstall(spec: PackageSpec<unknown>): readonly string[] {
  const { name, sysusers, tmpfiles } = spec;
  const files = [...spec.files].sort((a, b) => compareText(a.path, b.path));
  return whenConfigured([
    ...(sysusers.length > 0 ? [`systemd-sysusers ${ROOT_OPTION} ${name}.conf`, ...ownerLines(files, sysusers)] : []),
    // It also fails for what a container does not let it do, which is no reason not to install.
    ...(tmpfiles.length > 0 ? [`systemd-tmpfiles ${ROOT_OPTION} --create ${name}.conf || true`] : []),
    ...files.flatMap((file) => capabilityLines(name, file)),
  ]);
}

/** Purging removes ghosts, and the package's own directories around them that are empty then. */
export function ghostsPurge(files: readonly PackageFile<unknown>[]): readonly string[] {
  const ghosts = files.filter(({ type }) => type === 'ghost').map(({ path }) => path);
  const above = new Set(ghosts.flatMap((path) => parentsOf(path)));
  const directories = files.filter(({ type, path }) => type === 'directory' && above.has(path)).map(({ path }) => path);
  return [
    ...ghosts.sort(compareText).map((path) => `rm -rf -- ${target(path)}`),
    ...directories.sort((a, b) => compareText(b, a)).map(removeEmpty),
  ];
}

/** Purging removes directories that tmpfiles.d declared, when they are empty. */
export function tmpfilesPurge(lines: readonly string[]): readonly string[] {
  const directories = lines.flatMap((line) => {
    const [type = '', path = ''] = line.trim().split(/\s+/);
    return /^[dDqQv][!+=~^-]*$/.test(type) && /^\/[^%"'\\*?[\]]+$/.test(path) ? [path.replace(/\/+$/, '')] : [];
  });
  return directories.sort((a, b) => compareText(b, a)).map(removeEmpty);
}

/** `--root` when dpkg works on another root than its own. */
const ROOT_OPTION = '${DPKG_ROOT:+--root="$DPKG_ROOT"}';

/**
 * Files were unpacked before their owner existed, and belong to root until now. One that the administrator gave to
 * somebody else with dpkg-statoverride is left alone.
 */
function ownerLines(files: readonly PackageFile<unknown>[], sysusers: readonly string[]): readonly string[] {
  const names = namesMadeBy(sysusers);
  const owned = files.filter(({ type, owner, group }) => type !== 'ghost' && (names.has(owner) || names.has(group)));
  return owned.flatMap((file) => {
    const path = target(file.path);
    const mode = file.mode.toString(8).padStart(4, '0');
    return [
      `if ! dpkg-statoverride --list ${shellWord(file.path)} >/dev/null; then`,
      ...indent([
        `chown -h ${shellWord(`${file.owner}:${file.group}`)} ${path}`,
        // A change of owner clears setuid and setgid.
        ...(file.type === 'symlink' ? [] : [`chmod ${mode} ${path}`]),
      ]),
      'fi',
    ];
  });
}

/** The users and groups that lines of a sysusers.d file make. */
export function namesMadeBy(sysusers: readonly string[]): ReadonlySet<string> {
  return new Set(parseSysusers(sysusers).map(({ name }) => name));
}

/** A deb cannot carry capabilities. Where they cannot be set, the file still works, for root. */
function capabilityLines(name: string, file: PackageFile<unknown>): readonly string[] {
  if (file.type !== 'file' || file.capabilities === undefined) return [];
  const message = `${name}: ${file.path} did not get ${file.capabilities}; run it as root, or set it with setcap`;
  return [
    `if ! setcap ${shellWord(file.capabilities)} ${target(file.path)}; then`,
    ...indent([`echo ${shellWord(message)} >&2`]),
    'fi',
  ];
}

function removeEmpty(path: string): string {
  return `rmdir -- ${target(path)} 2>/dev/null || true`;
}

/** A path below the root that dpkg works on. */
function target(path: string): string {
  return `"\${DPKG_ROOT:-}"${shellWord(path)}`;
}
