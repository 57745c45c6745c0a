import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { problemsOf } from '../../errors/distro-error.ts';
import { bytesSource, collect, memorySpool } from '../../model/bytes.ts';
import { fullRpmSpec } from '../../../../../test/support/rpm-spec.ts';
import { ByteReader } from '../byte-reader.ts';
import { compress, decompress } from '../compress.ts';
import { bytes, encodeHeader, int16, int32, string, strings } from './header.ts';
import type { HeaderTags, TagValue } from './header.ts';
import { readHeader } from './header-reader.ts';
import { LEAD_LENGTH } from './lead.ts';
import { readRpm } from './read-rpm.ts';
import { encodeSignature, signaturePadding } from './signature.ts';
import { SIGNATURE_TAG, TAG } from './tags.ts';
import { writeRpm } from './write-rpm.ts';

/** A package in its parts, so that a test can change one and make the digests around it right again. */
interface Parts {
  readonly lead: Uint8Array;
  readonly tags: HeaderTags;
  readonly payload: Buffer;
  readonly archiveSize: number;
}

let rpm: Buffer;
let parts: Parts;

beforeAll(async () => {
  const stream = writeRpm(fullRpmSpec(), { compression: 'zstd', spool: memorySpool });
  rpm = Buffer.from(await collect(stream, 1 << 20));
  const { archiveSize } = await readRpm(bytesSource(rpm));
  const reader = new ByteReader(bytesSource(rpm).read(), 'rpm');
  const lead = await reader.take(LEAD_LENGTH);
  const signature = await readHeader(reader, { region: SIGNATURE_TAG.headerSignatures, what: 'signature' });
  await reader.take(signaturePadding(signature.bytes.length));
  const { tags } = await readHeader(reader, { region: TAG.headerImmutable, what: 'header' });
  parts = { lead, tags, payload: rpm.subarray(reader.offset), archiveSize };
});

function assemble({ lead, tags, payload, archiveSize }: Parts): Buffer {
  const header = encodeHeader(tags, TAG.headerImmutable);
  return Buffer.concat([lead, encodeSignature({ header, payloadSize: payload.length, archiveSize }), header, payload]);
}

/** The package with some tags changed, taken out (undefined) or added, and every digest right. */
function withTags(changes: Readonly<Record<number, TagValue | undefined>>): Buffer {
  const tags = new Map(parts.tags);
  for (const [tag, value] of Object.entries(changes)) {
    if (value === undefined) tags.delete(Number(tag));
    else tags.set(Number(tag), value);
  }
  return assemble({ ...parts, tags });
}

/** The package with another payload, whose own digests and sizes are right. */
async function withArchive(content: Buffer, changes: Partial<Parts> = {}): Promise<Buffer> {
  const payload = Buffer.from(await collect(compress(bytesSource(content).read(), { compression: 'zstd' }), 1 << 24));
  const sha256 = (data: Buffer): TagValue => strings([createHash('sha256').update(data).digest('hex')]);
  const tags = new Map<number, TagValue>([
    ...parts.tags,
    [TAG.payloadDigest, sha256(payload)],
    [TAG.payloadDigestAlt, sha256(content)],
  ]);
  return assemble({ ...parts, tags, payload, archiveSize: content.length, ...changes });
}

async function archive(): Promise<Buffer> {
  const stream = decompress(bytesSource(parts.payload).read(), { compression: 'zstd', limit: 1 << 20 });
  return Buffer.from(await collect(stream, 1 << 20));
}

/** The error for content that must be refused, as `CODE: message`. */
async function refusal(content: Uint8Array): Promise<string> {
  return readRpm(bytesSource(content)).then(
    () => 'accepted',
    (error: unknown) =>
      problemsOf(error)
        .map(({ code, message }) => `${code}: ${message}`)
        .join(),
  );
}

function numbers(tag: number): number[] {
  const value = parts.tags.get(tag);
  if (value === undefined || !('values' in value)) throw new Error(`no numbers in tag ${tag}`);
  return value.values.map(Number);
}

function texts(tag: number): string[] {
  const value = parts.tags.get(tag);
  if (value?.type !== 'strings') throw new Error(`no texts in tag ${tag}`);
  return [...value.values];
}

describe('readRpm', () => {
  test('takes what the parts make again', async () => {
    expect(assemble(parts).equals(rpm)).toBe(true);
    await expect(readRpm(bytesSource(await withArchive(await archive())))).resolves.toMatchObject({
      name: 'node-agent',
    });
  });

  test('says where the header is, for repositories', async () => {
    const { headerRange } = await readRpm(bytesSource(rpm));
    expect(rpm.subarray(headerRange.start, headerRange.start + 4).toString('hex')).toBe('8eade801');
    expect(rpm.subarray(headerRange.end).equals(parts.payload)).toBe(true);
  });

  // rpm itself reads four bytes of magic, the major version and the signature type of the lead, and nothing of the
  // padding and the reserved space; all of them are refused here.
  test('refuses a flipped byte everywhere', async () => {
    const step = 7;
    for (let offset = 0; offset < rpm.length; offset += offset < 512 ? 1 : step) {
      const damaged = Buffer.from(rpm);
      damaged[offset] = (damaged[offset] ?? 0) ^ (1 << (offset % 8));
      expect(`${offset} ${await refusal(damaged)}`).toMatch(/^\d+ FORMAT_INVALID: /);
    }
  });

  test('refuses a truncated package and one with bytes behind', async () => {
    for (let length = 0; length < rpm.length; length += 97) {
      expect(await refusal(rpm.subarray(0, length))).toMatch(/^FORMAT_INVALID: /);
    }
    expect(await refusal(Buffer.concat([rpm, Buffer.alloc(1)]))).toMatch(/^FORMAT_INVALID: /);
  });

  test.each<[string, string, () => Buffer]>([
    ['a missing tag', 'tag 1000 is missing', () => withTags({ [TAG.name]: undefined })],
    ['a wrong type', 'tag 1006 is string instead of int32', () => withTags({ [TAG.buildTime]: string('1') })],
    [
      'arrays of different length',
      'tag 1034 has 1 values instead of 14',
      () => withTags({ [TAG.fileMtimes]: int32(1) }),
    ],
    [
      'a path out of the root',
      'holds a . or .. component',
      () => withTags({ [TAG.dirNames]: strings(texts(TAG.dirNames).with(0, '/../')) }),
    ],
    [
      'a base name with a slash',
      'file 0 has no directory or no base name',
      () => withTags({ [TAG.baseNames]: strings(texts(TAG.baseNames).with(0, 'a/b')) }),
    ],
    [
      'a directory index out of range',
      'file 0 has no directory',
      () => withTags({ [TAG.dirIndexes]: int32(numbers(TAG.dirIndexes).with(0, 99)) }),
    ],
    [
      'files out of order',
      'does not sort after',
      () =>
        withTags({
          [TAG.baseNames]: strings(texts(TAG.baseNames).with(0, 'zz').with(1, 'a')),
          [TAG.dirIndexes]: int32(numbers(TAG.dirIndexes).with(1, 0)),
        }),
    ],
    [
      'a device',
      'has the mode 20644',
      () => withTags({ [TAG.fileModes]: int16(numbers(TAG.fileModes).with(0, 0o020644)) }),
    ],
    [
      'an unknown file flag',
      'has the flags 512',
      () => withTags({ [TAG.fileFlags]: int32(numbers(TAG.fileFlags).with(0, 512)) }),
    ],
    [
      'a hard link',
      'has the inode 1, not 2',
      () => withTags({ [TAG.fileInodes]: int32(numbers(TAG.fileInodes).with(1, 1)) }),
    ],
    ['digests of another kind', 'file digests are not sha256', () => withTags({ [TAG.fileDigestAlgo]: int32(1) })],
    [
      'a file without digest',
      'has a wrong digest',
      () => withTags({ [TAG.fileDigests]: strings(texts(TAG.fileDigests).with(0, '')) }),
    ],
    [
      'another digest',
      '/etc/node-agent.conf has the sha256',
      () => withTags({ [TAG.fileDigests]: strings(texts(TAG.fileDigests).with(0, '0'.repeat(64))) }),
    ],
    ['another size', 'tag 1009 says', () => withTags({ [TAG.fileSizes]: int32(numbers(TAG.fileSizes).with(0, 12)) })],
    [
      'another mode',
      'has the mode 33188 instead of 33261',
      () => withTags({ [TAG.fileModes]: int16(numbers(TAG.fileModes).with(0, 0o100755)) }),
    ],
    ['another time', 'has the mtime', () => withTags({ [TAG.fileMtimes]: int32(numbers(TAG.fileMtimes).with(0, 1)) })],
    ['another payload digest', 'has the sha256', () => withTags({ [TAG.payloadDigest]: strings(['0'.repeat(64)]) })],
    [
      'another digest before compression',
      'has the sha256 before compression',
      () => withTags({ [TAG.payloadDigestAlt]: strings(['0'.repeat(64)]) }),
    ],
    ['a payload that is something else', 'instead of "cpio"', () => withTags({ [TAG.payloadFormat]: string('drpm') })],
    [
      'an unknown compression',
      'compression "xz" is not known',
      () => withTags({ [TAG.payloadCompressor]: string('xz') }),
    ],
    ['another compression', 'gzip data is damaged', () => withTags({ [TAG.payloadCompressor]: string('gzip') })],
    ['an unknown architecture', 'architecture "i386" is not known', () => withTags({ [TAG.arch]: string('i386') })],
    [
      'another name than in the lead',
      'the lead does not match the package at byte 10',
      () => withTags({ [TAG.name]: string('other') }),
    ],
    ['a version that is none', '"1:2" is not one', () => withTags({ [TAG.version]: string('1:2') })],
    [
      'a script for another program',
      'script preInstall is not for /bin/sh',
      () => withTags({ [TAG.preInProg]: string('<lua>') }),
    ],
    ['a program without a script', 'script preInstall is not for /bin/sh', () => withTags({ [TAG.preIn]: undefined })],
    ['dependencies without versions', 'tag 1050 is missing', () => withTags({ [TAG.requireVersion]: undefined })],
    ['two sizes', 'are both there', () => withTags({ [TAG.longSize]: { type: 'int64', values: [1] } })],
  ])('refuses %s', async (_, message, make) => {
    expect(await refusal(make())).toContain(message);
  });

  test('refuses a wrong announced size, before everything is decompressed', async () => {
    const bomb = await withArchive(Buffer.alloc(1 << 22), { archiveSize: 1 << 10 });
    expect(await refusal(bomb)).toMatch(/^FORMAT_INVALID: /);
    const grown = await withArchive(await archive(), { archiveSize: parts.archiveSize - 4 });
    expect(await refusal(grown)).toContain('bytes come out of it');
  });

  test('refuses an archive that holds more or fewer files than the header', async () => {
    const whole = await archive();
    const trailer = whole.lastIndexOf('070701');
    const last = whole.lastIndexOf('070701', trailer - 1);
    const fewer = Buffer.concat([whole.subarray(0, last), whole.subarray(trailer)]);
    expect(await refusal(await withArchive(fewer))).toContain('/var/lib/node-agent is not in the archive');
    const more = Buffer.concat([whole.subarray(0, trailer), whole.subarray(last)]);
    expect(await refusal(await withArchive(more))).toContain('is not in the package header');
  });

  test('refuses unknown tags and reserved bytes in the signature header', async () => {
    const header = encodeHeader(parts.tags, TAG.headerImmutable);
    const sha256 = string(createHash('sha256').update(header).digest('hex'));
    const wrap = (tags: Readonly<Record<number, TagValue>>): Buffer => {
      const all = new Map(Object.entries(tags).map(([tag, value]) => [Number(tag), value]));
      const signature = encodeHeader(all, SIGNATURE_TAG.headerSignatures);
      const padding = Buffer.alloc(signaturePadding(signature.length));
      return Buffer.concat([parts.lead, signature, padding, header, parts.payload]);
    };
    const good = {
      [SIGNATURE_TAG.sha256]: sha256,
      [SIGNATURE_TAG.size]: int32(header.length + parts.payload.length),
      [SIGNATURE_TAG.payloadSize]: int32(parts.archiveSize),
    };
    const md5 = createHash('md5').update(header).update(parts.payload).digest();
    expect(await readRpm(bytesSource(wrap(good)))).toMatchObject({ signed: false });
    expect(
      await readRpm(bytesSource(wrap({ ...good, [SIGNATURE_TAG.rsa]: bytes(md5), [SIGNATURE_TAG.md5]: bytes(md5) }))),
    ).toMatchObject({ signed: true });
    for (const [tag, value, message] of [
      [9999, int32(1), 'tag 9999 is not known'],
      [SIGNATURE_TAG.reservedSpace, bytes(Buffer.of(0, 1)), 'the reserved space is not zero'],
      [SIGNATURE_TAG.sha1, string('0'.repeat(40)), 'has the sha1'],
      [SIGNATURE_TAG.md5, bytes(Buffer.alloc(16)), 'has the md5 with the header'],
      [SIGNATURE_TAG.size, int32(1), 'has the size with the header'],
    ] as const) {
      expect(await refusal(wrap({ ...good, [tag]: value }))).toContain(message);
    }
  });
});
