import { DistroError } from '../../errors/distro-error.ts';
import { sha256Of, type Sha256 } from '../../model/digest.ts';
import type { RepoFile } from '../repo-change.ts';
import { compressSmall } from '../../formats/compress-small.ts';
import type { Compression } from '../../model/target.ts';
import { splitElements, XML_HEAD } from './metadata-list.ts';
import { xmlAttributes, xmlElement } from './xml.ts';

/** A list as `repomd.xml` has it. */
export interface ListEntry {
  readonly type: string;
  readonly href: string;
  readonly sha256: Sha256;
  readonly openSha256: Sha256;
  readonly size: number;
  readonly openSize: number;
}

/** A list that is to be written. */
export interface ListFile {
  readonly entry: ListEntry;
  readonly file: RepoFile;
}

const EXTENSIONS: Readonly<Record<Compression, string>> = { gzip: 'gz', zstd: 'zst' };

/** A list with its digest in its name, so that an older `repomd.xml` still finds what it names. */
export function listFile(type: string, text: string, compression: Compression): ListFile {
  const open = Buffer.from(text);
  const content = compressSmall(open, compression);
  const sha256 = sha256Of(content);
  const href = `repodata/${sha256}-${type}.xml.${EXTENSIONS[compression]}`;
  const entry = { type, href, sha256, openSha256: sha256Of(open), size: content.length, openSize: open.length };
  return { entry, file: { path: href, content } };
}

/** The text of `repomd.xml`; `revision` and every time are the date, in seconds since 1970. */
export function formatRepomd(lists: readonly ListEntry[], date: number): string {
  const sum = xmlAttributes({ type: 'sha256' });
  const data = lists.map(({ type, href, sha256, openSha256, size, openSize }) =>
    [
      `<data${xmlAttributes({ type })}>`,
      xmlElement('checksum', sha256, sum),
      xmlElement('open-checksum', openSha256, sum),
      `<location${xmlAttributes({ href })}/>`,
      xmlElement('timestamp', date),
      xmlElement('size', size),
      xmlElement('open-size', openSize),
      '</data>\n',
    ].join('\n'),
  );
  const xmlns = 'xmlns="http://linux.duke.edu/metadata/repo" xmlns:rpm="http://linux.duke.edu/metadata/rpm"';
  return `${XML_HEAD}<repomd ${xmlns}>\n${xmlElement('revision', date)}\n${data.join('')}</repomd>\n`;
}

/** What a `repomd.xml` says. @throws FORMAT_INVALID */
export function parseRepomd(text: string): { readonly date: number; readonly lists: readonly ListEntry[] } {
  const what = 'repodata/repomd.xml';
  const revision = /\s*<revision>(\d+)<\/revision>/u;
  const date = Number(revision.exec(text)?.[1] ?? 0);
  const lists = splitElements(text.replace(revision, ''), 'data', what).map((element) => parseData(element, what));
  return { date, lists };
}

function parseData(element: string, what: string): ListEntry {
  const value = (pattern: RegExp): string => {
    const [, found] = pattern.exec(element) ?? [];
    if (found === undefined) throw new DistroError('FORMAT_INVALID', `${what} has a list without ${pattern.source}`);
    return found;
  };
  return {
    type: value(/^<data type="([a-z_]+)"/u),
    href: value(/<location href="(repodata\/[A-Za-z0-9][\w.-]*)"/u),
    sha256: value(/<checksum type="sha256">([0-9a-f]{64})</u),
    openSha256: value(/<open-checksum type="sha256">([0-9a-f]{64})</u),
    size: Number(value(/<size>(\d{1,15})</u)),
    openSize: Number(value(/<open-size>(\d{1,15})</u)),
  };
}
