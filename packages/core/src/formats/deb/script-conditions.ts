import { indent } from '../shell.ts';

/** Lines of a postinst that run when the package becomes, or stays, configured. See Debian policy 6.5. */
export function whenConfigured(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [
    '',
    'case "$1" in',
    'configure | abort-upgrade | abort-deconfigure | abort-remove)',
    ...indent([...lines, ';;']),
    'esac',
  ];
}
