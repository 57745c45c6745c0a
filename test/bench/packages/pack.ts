/**
 * Makes one package, or several two at a time, as a build does: `node pack.mjs CORE_DIST FORMAT COMPRESSION OUT FILE…`.
 * FORMAT is `deb`, `rpm` or `both`. Prints the process's peak memory in KiB.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { openSpools } from '../../../packages/core/src/build/file-spool.ts';
import type { writeDeb } from '../../../packages/core/src/formats/deb/write.ts';
import type { writeRpm } from '../../../packages/core/src/formats/rpm/write-rpm.ts';
import type { ByteSource } from '../../../packages/core/src/model/bytes.ts';
import type { PackageSpec } from '../../../packages/core/src/model/package-spec.ts';
import type { Compression, PackageFormat } from '../../../packages/core/src/model/target.ts';
import type { readChunks } from '../../../packages/core/src/store/file-bytes.ts';

interface Core {
  readonly write: typeof writeDeb | typeof writeRpm;
  readonly openSpools: typeof openSpools;
  readonly readChunks: typeof readChunks;
}

const [dist = '', format = '', compression = '', out = '', ...inputs] = process.argv.slice(2);

async function load(packageFormat: PackageFormat): Promise<Core> {
  const from = async (path: string): Promise<Record<string, unknown>> =>
    (await import(join(dist, path))) as Record<string, unknown>;
  const [spools, chunks, writer] = await Promise.all([
    from('build/file-spool.js'),
    from('store/file-bytes.js'),
    from(packageFormat === 'deb' ? 'formats/deb/write.js' : 'formats/rpm/write-rpm.js'),
  ]);
  return { ...spools, ...chunks, write: writer['writeDeb'] ?? writer['writeRpm'] } as unknown as Core;
}

async function pack(input: string, packageFormat: PackageFormat): Promise<void> {
  const core = await load(packageFormat);
  const scratch = await mkdtemp(join(out, 'spool-'));
  const spools = core.openSpools(scratch);
  const { size } = await stat(input);
  const spec = specOf(basename(input), { size, read: () => core.readChunks(input) });
  const bytes = core.write(spec, { compression: compression as Compression, spool: spools.create });
  await pipeline(bytes, createWriteStream(join(out, `${basename(input)}.${packageFormat}`)));
  await spools.close();
  await rm(scratch, { recursive: true });
}

function specOf(name: string, content: ByteSource): PackageSpec<ByteSource> {
  const maintainer = 'Harbor <release@harbor.example>';
  const date = 1_795_219_200;
  return {
    name,
    version: '1.36.3',
    release: '1',
    arch: 'amd64',
    summary: 'node agent',
    description: 'The agent of every node.',
    license: 'Apache-2.0',
    homepage: 'https://harbor.example',
    vendor: 'Harbor',
    maintainer,
    section: 'admin',
    relations: {},
    files: [{ type: 'file', path: `/usr/bin/${name}`, mode: 0o755, owner: 'root', group: 'root', content }],
    scripts: {},
    units: [],
    sysusers: [],
    tmpfiles: [],
    changelog: [{ version: '1.36.3-1', date, author: maintainer, changes: ['New release.'] }],
    copyright: 'License: Apache-2.0\n',
    overrides: [],
    date,
  };
}

const formats: readonly PackageFormat[] = format === 'both' ? ['deb', 'rpm'] : [format as PackageFormat];
const work = inputs.flatMap((input) => formats.map((each) => [input, each] as const));
const worker = async (): Promise<void> => {
  for (let next = work.shift(); next !== undefined; next = work.shift()) await pack(...next);
};
await Promise.all([worker(), worker()]);
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
