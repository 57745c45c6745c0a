import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../model/bytes.ts';
import { compress } from '../compress.ts';
import { TAR_END, tarHeader, tarPadding, type TarHeader } from '../tar.ts';
import { LAYER_TYPES } from './media-types.ts';
import { readLayer } from './read-layer.ts';

const FILE: TarHeader = {
  name: 'a',
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  uname: '',
  gname: '',
  mtime: 0,
  size: 0,
  linkName: '',
};

type Member = Partial<TarHeader> & { readonly text?: string };

function archive(...members: readonly Member[]): Buffer {
  const parts = members.flatMap(({ text = '', ...header }) => [
    tarHeader({ ...FILE, size: text.length, ...header }),
    Buffer.from(text),
    Buffer.alloc(tarPadding(text.length)),
  ]);
  return Buffer.concat([...parts, TAR_END]);
}

async function read(
  bytes: Uint8Array,
  options: { readonly mediaType?: string; readonly limit?: number } = {},
): Promise<string> {
  const compressed = compress(bytesSource(bytes).read(), { compression: 'zstd' });
  return readLayer(compressed, { what: 'layer', mediaType: LAYER_TYPES.zstd, ...options });
}

/** A member whose type flag or name was written by hand. */
function patched(offset: number, text: string, member: Member = {}): Buffer {
  const bytes = archive(member);
  bytes.write(text, offset, 'latin1');
  bytes.write('        ', 148);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

const directory = (name: string): Member => ({ name, type: 'directory' });
const symlink = (name: string, linkName: string): Member => ({ name, type: 'symlink', linkName });

describe('readLayer', () => {
  test('accepts what Debian packages hold: links to other places of the root', async () => {
    const good = archive(symlink('bin', 'usr/bin'), directory('etc/'), symlink('etc/ssl', '/usr/lib/ssl'), {
      name: 'etc/mtab',
      type: 'symlink',
      linkName: '../proc/mounts',
    });
    expect(await read(good)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test.each<[string, Buffer, string]>([
    ['a path above the root', archive({ name: '../etc/shadow' }), 'has a name that is not normal'],
    ['a path above the root in the middle', archive({ name: 'a/../../b' }), 'has a name that is not normal'],
    ['an absolute path', archive({ name: '/etc/shadow' }), 'has an absolute name'],
    ['a write through a link', archive(symlink('lib', '/'), { name: 'lib/x' }), 'lies below "lib", which is a symlink'],
    ['a write through a file', archive({ name: 'lib' }, { name: 'lib/x' }), 'lies below "lib", which is a file'],
    ['a link above the root', archive(symlink('a', '../../etc')), 'outside of the archive'],
    ['an absolute link above the root', archive(symlink('a', '/../etc')), 'outside of the archive'],
    [
      'a hard link above the root',
      archive({ name: 'a', type: 'hardlink', linkName: '../etc/shadow' }),
      'is not normal',
    ],
    [
      'a hard link to what is not there',
      archive({ name: 'a', type: 'hardlink', linkName: 'b' }),
      'is no file before it',
    ],
    ['a hard link to a link', archive(symlink('b', 'c'), { name: 'a', type: 'hardlink', linkName: 'b' }), 'is no file'],
    ['a file and a directory of one name', archive({ name: 'a' }, directory('a/')), 'is there twice'],
    ['a directory and a file of one name', archive(directory('a/'), { name: 'a' }), 'is there twice'],
    ['a file twice', archive({ name: 'a' }, { name: './a' }), 'is there twice'],
    ['a device', patched(156, '3'), 'member type "3" is not supported'],
    ['a pipe', patched(156, '6'), 'member type "6" is not supported'],
    ['a newline in a name', archive({ name: 'a\nb' }), 'has a control character in its name'],
    ['a newline in a target', archive(symlink('a', 'b\nc')), 'has a control character in its name'],
    ['a whiteout', archive({ name: 'usr/.wh.bin' }), 'is a whiteout'],
    ['a whiteout at the root', archive({ name: '.wh..wh..opq' }), 'is a whiteout'],
    ['content after the end', Buffer.concat([archive(), Buffer.from('x'.repeat(512))]), 'bytes after the end'],
    ['no end', archive({ text: 'abc' }).subarray(0, 512), 'too early'],
  ])('refuses %s', async (_, bytes, fault) => {
    await expect(read(bytes)).rejects.toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
    await expect(read(bytes)).rejects.toThrow(fault);
  });

  test('refuses a decompression bomb, and too many members', async () => {
    const bomb = archive({ text: 'a'.repeat(1 << 20) });
    await expect(read(bomb, { limit: 100_000 })).rejects.toThrow(expect.objectContaining({ code: 'FORMAT_LIMIT' }));
    const options = { what: 'layer', mediaType: LAYER_TYPES.zstd, maxMembers: 1 };
    const two = compress(bytesSource(archive({ name: 'a' }, { name: 'b' })).read(), { compression: 'zstd' });
    await expect(readLayer(two, options)).rejects.toThrow('layer has more than 1 members');
  });

  test.each(['application/vnd.docker.image.rootfs.diff.tar.gzip', 'application/vnd.oci.image.layer.v1.tar', ''])(
    'does not know %j',
    async (mediaType) => {
      await expect(read(archive(), { mediaType })).rejects.toThrow(
        `layer is no layer but ${JSON.stringify(mediaType)}`,
      );
    },
  );

  test('refuses a layer that is not compressed as it says', async () => {
    await expect(read(archive(), { mediaType: LAYER_TYPES.gzip })).rejects.toThrow('gzip data is damaged or truncated');
  });
});
