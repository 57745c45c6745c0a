/** What a copyright file says. */
export interface CopyrightOptions {
  readonly name: string;
  readonly homepage: string;
  /** An SPDX expression. */
  readonly license: string;
  readonly vendor: string;
  /** Seconds since 1970. */
  readonly date: number;
}

/** A copyright file in Debian's machine-readable format 1.0. */
export function copyrightText({ name, homepage, license, vendor, date }: CopyrightOptions): string {
  const year = new Date(date * 1000).getUTCFullYear();
  const lines = [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    `Upstream-Name: ${name}`,
    `Source: ${homepage}`,
    '',
    'Files: *',
    `Copyright: The ${name} authors`,
    `License: ${license}`,
    '',
    'Files: debian/*',
    `Copyright: ${year} ${vendor}`,
    `License: ${license}`,
    '',
    `License: ${license}`,
    ...licenseNotice(license),
  ];
  return `${lines.join('\n')}\n`;
}

function licenseNotice(license: string): readonly string[] {
  if (license === 'Apache-2.0')
    return [' On Debian systems, the full text of this licence is in', ' /usr/share/common-licenses/Apache-2.0.'];
  return [` The full text of this licence is published at`, ` https://spdx.org/licenses/${license}.html.`];
}
