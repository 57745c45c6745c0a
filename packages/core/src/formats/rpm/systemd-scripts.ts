import type { PackageUnit } from '../../model/package-spec.ts';
import { indent, shellWords } from '../shell.ts';

/** What el9's macros call; older releases do not have it, and call systemctl themselves. */
const HELPER = '/usr/lib/systemd/systemd-update-helper';
const SYSTEMD_RUNS = '[ -d /run/systemd/system ]';

/**
 * After installation, as `%systemd_post`: the first time, the presets decide about the units that want to be enabled.
 * Units that want to be started then are, unless the presets disabled them; el9's macros leave that to the administrator.
 */
export function unitsPostInstall(units: readonly PackageUnit[]): readonly string[] {
  const enabled = units.filter(({ enable }) => enable).map(({ name }) => name);
  const body = [
    ...(enabled.length > 0
      ? viaHelper('install-system-units', enabled, [`systemctl --no-reload preset ${shellWords(enabled)} || :`])
      : []),
    ...startLines(units),
  ];
  return when('"$1" -eq 1', '# First installation, not an upgrade.', body);
}

/** Before removal, as `%systemd_preun`: the last time, units are disabled and stopped. */
export function unitsPreRemove(units: readonly PackageUnit[]): readonly string[] {
  const names = units.map(({ name }) => name);
  const body = viaHelper('remove-system-units', names, [
    `if ${SYSTEMD_RUNS}; then`,
    ...indent([`systemctl --no-reload disable --now ${shellWords(names)} || :`]),
    'else',
    ...indent([`systemctl --no-reload disable ${shellWords(names)} || :`]),
    'fi',
  ]);
  return when('"$1" -eq 0', '# Removal, not an upgrade.', names.length > 0 ? body : []);
}

/**
 * After removal of the old package in an upgrade, as `%systemd_postun_with_restart`: running units are restarted by
 * systemd's own trigger at the end of the transaction, or here where there is none.
 */
export function unitsPostRemove(units: readonly PackageUnit[]): readonly string[] {
  const names = startable(units);
  const body = viaHelper('mark-restart-system-units', names, [
    `if ${SYSTEMD_RUNS}; then`,
    ...indent(['systemctl daemon-reload || :', `systemctl try-restart ${shellWords(names)} || :`]),
    'fi',
  ]);
  return when('"$1" -ge 1', '# Upgrade, not a removal.', names.length > 0 ? body : []);
}

function startLines(units: readonly PackageUnit[]): readonly string[] {
  const names = startable(units);
  if (names.length === 0) return [];
  const always = startable(units.filter(({ enable }) => !enable));
  const enabled = startable(units.filter(({ enable }) => enable));
  const ifEnabled = [
    `for unit in ${shellWords(enabled)}; do`,
    ...indent(['if systemctl --quiet is-enabled "$unit"; then', '    systemctl start "$unit" || :', 'fi']),
    'done',
  ];
  return [
    `if ${SYSTEMD_RUNS}; then`,
    ...indent([
      'systemctl daemon-reload || :',
      ...(enabled.length > 0 ? ifEnabled : []),
      ...(always.length > 0 ? [`systemctl start ${shellWords(always)} || :`] : []),
    ]),
    'fi',
  ];
}

/** Units to start; a template (`name@.service`) is not one. */
function startable(units: readonly PackageUnit[]): readonly string[] {
  return units.filter(({ name, start }) => start && !name.includes('@.')).map(({ name }) => name);
}

function viaHelper(verb: string, units: readonly string[], otherwise: readonly string[]): readonly string[] {
  return [
    `if [ -x ${HELPER} ]; then`,
    ...indent([`${HELPER} ${verb} ${shellWords(units)} || :`]),
    'elif command -v systemctl >/dev/null 2>&1; then',
    ...indent(otherwise),
    'fi',
  ];
}

function when(condition: string, comment: string, body: readonly string[]): readonly string[] {
  return body.length === 0 ? [] : [`if [ ${condition} ]; then`, ...indent([comment, ...body]), 'fi'];
}
