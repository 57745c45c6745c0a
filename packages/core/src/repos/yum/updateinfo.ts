import type { Advisory } from '../../model/advisory.ts';
import { xmlAttributes, xmlElement } from './xml.ts';
import { poolPath, type YumPackage } from './yum-package.ts';

/** What the advisories of a release have in common. */
export interface UpdateinfoOptions {
  /** Who issued them: an address of electronic mail. */
  readonly from: string;
  /** When: seconds since 1970. */
  readonly issued: number;
  /** The name of the product whose packages mend it. */
  readonly collection: string;
}

/** An advisory's element in `updateinfo.xml`, with the packages that it names out of those of the release. */
export function describeAdvisory(
  advisory: Advisory,
  packages: readonly YumPackage[],
  { from, issued, collection }: UpdateinfoOptions,
): string {
  const { id, type, severity, title, description, references = [] } = advisory;
  const date = new Date(issued * 1000).toISOString().replace('T', ' ').slice(0, 19);
  const mended = packages.filter(({ name }) => advisory.packages.includes(name));
  return [
    `<update${xmlAttributes({ from, status: 'final', type, version: 1 })}>`,
    xmlElement('id', id),
    xmlElement('title', title),
    `<issued${xmlAttributes({ date })}/>`,
    ...(severity === undefined ? [] : [xmlElement('severity', severity)]),
    xmlElement('description', description),
    '<references>',
    ...references.map(
      ({ type: kind, id: about, url }) =>
        `<reference${xmlAttributes({ href: url, id: about, type: kind, title: about })}/>`,
    ),
    '</references>',
    '<pkglist>',
    `<collection${xmlAttributes({ short: collection })}>`,
    xmlElement('name', collection),
    ...mended.map(describePackage),
    '</collection>',
    '</pkglist>',
    '</update>',
    '',
  ].join('\n');
}

function describePackage(made: YumPackage): string {
  const { name, version, release, epoch, arch, sourceRpm: src, sha256 } = made;
  const filename = poolPath(made).replace(/^.*\//u, '');
  return [
    `<package${xmlAttributes({ name, version, release, epoch, arch, src })}>`,
    xmlElement('filename', filename),
    xmlElement('sum', sha256, xmlAttributes({ type: 'sha256' })),
    '</package>',
  ].join('\n');
}
