/** What a machine or a shell may have differently, all of it without influence on a release. */
export interface Elsewhere {
  readonly timeZone: string;
  readonly locale: string;
  readonly umask: string;
  readonly home: string;
  /** Set in a namespace of its own; ignored unless the user is root. */
  readonly hostname: string;
}

/** The environment and the programs to run something under as if it were elsewhere. */
export function elsewhere(place: Elsewhere): { env: Record<string, string>; under: readonly string[] } {
  const env = {
    TZ: place.timeZone,
    LANG: place.locale,
    LC_ALL: place.locale,
    HOME: place.home,
    XDG_CACHE_HOME: '',
    XDG_CONFIG_HOME: '',
    USER: 'somebody',
  };
  const setMask = `umask ${place.umask}`;
  const shell = (script: string): readonly string[] => ['sh', '-ec', `${script}; exec "$@"`, 'sh'];
  if (process.getuid?.() !== 0) return { env, under: shell(setMask) };
  const setName = `echo ${place.hostname} > /proc/sys/kernel/hostname`;
  return { env, under: ['unshare', '--uts', ...shell(`${setName}; ${setMask}`)] };
}
