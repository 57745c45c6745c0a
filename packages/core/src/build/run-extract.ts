import { posix } from 'node:path';
import { DistroError } from '../errors/distro-error.ts';
import { debMembers } from '../formats/deb/members.ts';
import { readTar, type TarMember } from '../formats/tar-reader.ts';
import type { Blob } from '../model/bytes.ts';
import type { ExtractStep } from '../plan/document.ts';
import type { BlobId } from '../store/store.ts';
import { decode, unxz } from './decode.ts';
import type { RunContext, Runner } from './runner.ts';

/** How many links in a row are followed. */
const MAX_LINKS = 10;

/** Takes files out of an archive; what a link in it points to is taken for the link. */
export const runExtract: Runner<'extract'> = async (step, context) => {
  const archive = await context.input(step.archive);
  const outputs: Record<string, BlobId> = {};
  let wanted = new Map(Object.entries(step.members).map(([name, path]) => [name, normal(path)]));
  for (let pass = 0; wanted.size > 0; pass += 1) {
    if (pass > MAX_LINKS)
      throw new DistroError('FORMAT_INVALID', `links go in circles: ${[...wanted.values()].join(', ')}`);
    const { files, links } = await readMembers(step, archive, new Set(wanted.values()), context);
    const next = new Map<string, string>();
    for (const [name, path] of wanted) {
      const file = files.get(path);
      const link = links.get(path);
      if (file !== undefined) outputs[name] = file;
      else if (link !== undefined) next.set(name, link);
      else throw new DistroError('FORMAT_INVALID', `the archive has no file ${path}`);
    }
    wanted = next;
  }
  return outputs;
};

interface Members {
  readonly files: ReadonlyMap<string, BlobId>;
  /** Where the links among them point to. */
  readonly links: ReadonlyMap<string, string>;
}

async function readMembers(
  step: ExtractStep,
  archive: Blob,
  wanted: ReadonlySet<string>,
  { store, signal }: RunContext,
): Promise<Members> {
  const files = new Map<string, BlobId>();
  const links = new Map<string, string>();
  for await (const member of membersOf(step, archive, signal)) {
    signal.throwIfAborted();
    if (!wanted.has(member.path)) continue;
    if (member.type === 'file') files.set(member.path, await store.put(member.content));
    else if (member.type !== 'directory') links.set(member.path, targetOf(member));
    // The rest of a large archive is of no interest.
    if (files.size + links.size === wanted.size) break;
  }
  return { files, links };
}

/** A symlink is relative to its directory, a hard link to the root. */
function targetOf({ path, type, linkName }: TarMember): string {
  return normal(type === 'symlink' ? posix.resolve('/', posix.dirname(path), linkName) : linkName);
}

function normal(path: string): string {
  return posix.resolve('/', path).slice(1);
}

function membersOf({ format, id }: ExtractStep, archive: Blob, signal: AbortSignal): AsyncIterable<TarMember> {
  const xz = (input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => unxz(input, id, signal);
  if (format === 'deb') return debMembers(archive, { what: id, decompressors: { xz } });
  return readTar(decode(archive.read(), id, signal), { what: id, absoluteSymlinks: true });
}
