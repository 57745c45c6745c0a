import type { PackageUnit } from '../../model/package-spec.ts';
import { indent, shellWord, shellWords } from '../shell.ts';
import { whenConfigured } from './script-conditions.ts';

/** Outside of a chroot, and where systemd is what runs. */
const SYSTEMD_RUNS = '[ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]';
const RELOAD = 'systemctl --system daemon-reload >/dev/null || true';

/**
 * After installation: what wants to be enabled is, unless the administrator disabled it before; what wants to run is
 * started, or restarted after an upgrade, as far as policy-rc.d lets it.
 */
export function unitsPostInstall(units: readonly PackageUnit[]): readonly string[] {
  if (units.length === 0) return [];
  const started = units.filter(({ name, start }) => start && !isTemplate(name)).map(({ name }) => name);
  const start = [
    'action=start',
    'if [ -n "$2" ]; then action=restart; fi',
    `deb-systemd-invoke "$action" ${shellWords(started)} >/dev/null || true`,
  ];
  return whenConfigured([
    ...units.filter(({ name }) => !isTemplate(name)).flatMap((unit) => enableLines(unit)),
    `if ${SYSTEMD_RUNS}; then`,
    ...indent([RELOAD, ...(started.length > 0 ? start : [])]),
    'fi',
  ]);
}

/** Before removal: units stop. An upgrade leaves them running until they are restarted. */
export function unitsPreRemove(units: readonly PackageUnit[]): readonly string[] {
  if (units.length === 0) return [];
  // systemd stops the instances of a template when it is given a pattern.
  const names = units.map(({ name }) => name.replace('@.', '@*.'));
  return [
    '',
    `if [ "$1" = remove ] && ${SYSTEMD_RUNS}; then`,
    ...indent([`deb-systemd-invoke stop ${shellWords(names)} >/dev/null || true`]),
    'fi',
  ];
}

/** After removal: links that enabled a unit are masked, so that a later installation finds their state, and go on purge. */
export function unitsPostRemove(units: readonly PackageUnit[]): readonly string[] {
  const names = units.filter(({ name }) => !isTemplate(name)).map(({ name }) => name);
  if (units.length === 0) return [];
  const helper = (verb: string): string => `deb-systemd-helper ${verb} ${shellWords(names)} >/dev/null || true`;
  const states = [
    '',
    'if command -v deb-systemd-helper >/dev/null; then',
    ...indent([
      'case "$1" in',
      `remove) ${helper('mask')} ;;`,
      'purge)',
      ...indent([helper('purge'), helper('unmask'), ';;']),
      'esac',
    ]),
    'fi',
  ];
  return [
    '',
    `if [ "$1" = remove ] && ${SYSTEMD_RUNS}; then`,
    ...indent([RELOAD]),
    'fi',
    ...(names.length > 0 ? states : []),
  ];
}

/** The first time a unit is enabled; later only if it still is, so that new links of its [Install] section appear. */
function enableLines({ name, enable }: PackageUnit): readonly string[] {
  const unit = shellWord(name);
  const update = [
    '# Removal masked it.',
    `deb-systemd-helper unmask ${unit} >/dev/null || true`,
    `if deb-systemd-helper --quiet was-enabled ${unit}; then`,
    ...indent([`deb-systemd-helper enable ${unit} >/dev/null || true`]),
    'else',
    ...indent([`deb-systemd-helper update-state ${unit} >/dev/null || true`]),
    'fi',
  ];
  if (enable) return update;
  return [`if deb-systemd-helper debian-installed ${unit}; then`, ...indent(update), 'fi'];
}

function isTemplate(name: string): boolean {
  return name.includes('@.');
}
