/**
 * Makes one package as a build does: `node pack.mjs CORE_DIST FORMAT COMPRESSION OUT FILE`. Prints the process's peak
 * memory in KiB.
 */
import { createWriteStream } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { openSpools } from '../../../packages/core/src/build/file-spool.ts';
import type { writeDeb } from '../../../packages/core/src/formats/deb/write.ts';
import type { writeRpm } from '../../../packages/core/src/formats/rpm/write-rpm.ts';
import type { ReadOptions } from '../../../packages/core/src/model/bytes.ts';
import type { Compression } from '../../../packages/core/src/model/target.ts';
import type { readChunks } from '../../../packages/core/src/store/file-bytes.ts';
import { specOf } from './spec.ts';

interface Core {
  readonly writeDeb: typeof writeDeb;
  readonly writeRpm: typeof writeRpm;
  readonly openSpools: typeof openSpools;
  readonly readChunks: typeof readChunks;
}

// As the command line does.
enableCompileCache();
const [dist = '', format = '', compression = '', out = '', input = ''] = process.argv.slice(2);
const writer = format === 'deb' ? 'formats/deb/write.js' : 'formats/rpm/write-rpm.js';
const modules = ['build/file-spool.js', 'store/file-bytes.js', writer];
const loaded = await Promise.all(modules.map(async (path) => (await import(join(dist, path))) as object));
const core = Object.assign({}, ...loaded) as Core;

const { size } = await stat(input);
const scratch = await mkdtemp(join(out, 'spool-'));
const spools = core.openSpools(scratch);
const write = format === 'deb' ? core.writeDeb : core.writeRpm;
const spec = specOf(basename(input), { size, read: (options?: ReadOptions) => core.readChunks(input, options) });
const bytes = write(spec, { compression: compression as Compression, spool: spools.create });
await pipeline(bytes, createWriteStream(join(out, `${basename(input)}.${format}`)));
await spools.close();
await rm(scratch, { recursive: true });
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
