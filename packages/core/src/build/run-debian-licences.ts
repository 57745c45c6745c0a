import { basename, dirname } from 'node:path/posix';
import { debMembers } from '../formats/deb/members.ts';
import { collect } from '../model/bytes.ts';
import { canonicalJson } from '../model/json.ts';
import type { ContentRef } from '../model/package-spec.ts';
import { debianLicence } from '../supply-chain/licences/debian-copyright.ts';
import { unxz } from './decode.ts';
import type { RunContext, Runner } from './runner.ts';

const DOCUMENTS = 'usr/share/doc';
const MAX_TEXT = 8 << 20;

/**
 * Finds the licences of Debian packages in their copyright files. Packages of one source may share them: a package whose
 * directory of documents is a link has the text of the package that it links to.
 *
 * @throws FORMAT_INVALID, FORMAT_LIMIT; TOOL_MISSING without xz; CANCELLED
 */
export const runDebianLicences: Runner<'debian-licences'> = async ({ packages }, context) => {
  const texts = new Map<string, Copyright>();
  for (const { name, content } of packages) {
    if (!texts.has(name)) texts.set(name, await copyrightOf(name, content, context));
  }
  const found = packages.flatMap(({ name, version }) => {
    const own = texts.get(name);
    const { text } = own?.sameAs === undefined ? { text: own?.text } : (texts.get(own.sameAs) ?? { text: undefined });
    const licence = text === undefined ? undefined : debianLicence(text);
    return licence === undefined ? [] : [[`${name}@${version}`, licence] as const];
  });
  return { licences: await context.store.put(canonicalJson(Object.fromEntries(found))) };
};

interface Copyright {
  readonly text?: string;
  /** The package whose text it is. */
  readonly sameAs?: string;
}

async function copyrightOf(name: string, content: ContentRef, context: RunContext): Promise<Copyright> {
  const { signal } = context;
  const deb = await context.input(content);
  const xz = (input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => unxz(input, name, signal);
  for await (const member of debMembers(deb, { what: name, decompressors: { xz } })) {
    signal.throwIfAborted();
    const path = member.path.replace(/\/$/, '');
    if (member.type === 'symlink' && path === `${DOCUMENTS}/${name}`) return { sameAs: basename(member.linkName) };
    if (path !== `${DOCUMENTS}/${name}/copyright`) continue;
    if (member.type === 'symlink') return { sameAs: basename(dirname(member.linkName)) };
    if (member.type === 'file') return { text: Buffer.from(await collect(member.content, MAX_TEXT)).toString() };
  }
  return {};
}
