import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { debMembers } from '../formats/deb/members.ts';
import { ARCHES, type ArchName } from '../model/arch.ts';
import type { ContentRef } from '../model/package-spec.ts';
import type { CCompiler } from '../plan/document.ts';
import { assertZigVersion, findZig, type ZigToolchain } from '../sources/zig-toolchain.ts';
import { decode } from './decode.ts';
import type { RunContext } from './runner.ts';

/**
 * The pinned C compiler.
 *
 * @throws TOOL_MISSING, TOOL_VERSION
 */
export async function openCompiler(compiler: CCompiler, { appDir, signal }: RunContext): Promise<ZigToolchain> {
  const zig = await findZig(appDir, { signal });
  assertZigVersion(zig, compiler.zig);
  return zig;
}

/** Unpacks Debian packages into a directory: the headers and libraries of the architecture that is built. */
export async function unpackSysroot(packages: readonly ContentRef[], context: RunContext): Promise<string> {
  const root = join(await context.tempDir(), 'sysroot');
  await mkdir(root);
  for (const ref of packages) {
    const xz = (input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => decode(input, ref.step, context.signal);
    const members = debMembers(await context.input(ref), { what: ref.step, decompressors: { xz } });
    for await (const { path, type, linkName, content } of members) {
      context.signal.throwIfAborted();
      const target = join(root, path);
      await mkdir(type === 'directory' ? target : dirname(target), { recursive: true });
      if (type === 'file') await pipeline(content, createWriteStream(target));
      else if (type === 'symlink') await symlink(insideRoot(root, target, linkName), target);
      else if (type === 'hardlink') await copyFile(join(root, linkName), target);
    }
  }
  return root;
}

/** An absolute link means the sysroot's root, not this machine's. */
function insideRoot(root: string, link: string, target: string): string {
  return target.startsWith('/') ? relative(dirname(link), join(root, target)) : target;
}

/** Where a sysroot has its headers and libraries, as compiler arguments. */
export function sysrootFlags(root: string, arch: ArchName): { readonly cflags: string; readonly ldflags: string } {
  return { cflags: `-I${root}/usr/include`, ldflags: `-L${root}/usr/lib/${ARCHES[arch].triplet}` };
}
