import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { writeRpm } from '../../packages/core/src/formats/rpm/write-rpm.ts';
import { bytesSource, collect, memorySpool } from '../../packages/core/src/model/bytes.ts';
import { testSpec } from '../support/package-spec.ts';
import { type BenchResult, compared } from './bench-result.ts';
import { alternate } from './measure.ts';
import { inTempDir, runProgram } from './programs.ts';

const TURNS = 5;
const PACKAGES = 1000;
/** Bytes of each package's program, which do not compress. */
const PROGRAM = 300_000;
const FILES = 20;
/** The most of createrepo_c's time that our indexes may take. */
const FULL_LIMIT = 0.7;
/** The most of the whole run's time that adding one package may take. */
const ONE_LIMIT = 1 / 20;

/** Milliseconds, as the script prints them. */
interface Times {
  readonly whole: number;
  readonly one: number;
}

/** The unsigned lists of a yum repository from its package files, against createrepo_c; and adding one package. */
export function benchYum(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    const pool = join(dir, 'pool');
    await mkdir(pool);
    for (let count = 0; count <= PACKAGES; count += 1) await writePackage(pool, `tool-${count + PACKAGES}`);
    const script = join(dir, 'publish.mjs');
    await bundle(script);
    const runs: Times[] = [];
    const ours = async (): Promise<void> => {
      await rm(join(dir, 'repository'), { recursive: true, force: true });
      const printed = await runProgram(process.execPath, [script, pool, join(dir, 'repository')]);
      runs.push(JSON.parse(printed) as Times);
    };
    const theirs = ['--quiet', '--no-database', '--general-compress-type=gz', '--outputdir', join(dir, 'theirs'), pool];
    const [, peer] = await alternate(TURNS, ours, async () => {
      await rm(join(dir, 'theirs'), { recursive: true, force: true });
      await mkdir(join(dir, 'theirs'));
      await runProgram('createrepo_c', theirs);
    });
    const { whole, one } = runs.toSorted((a, b) => a.whole - b.whole)[Math.floor(runs.length / 2)] ?? {
      whole: 0,
      one: 0,
    };
    const full = { name: `yum lists of ${PACKAGES} packages, against createrepo_c`, ours: whole, peer };
    return [
      compared({ ...full, unit: 'ms', limit: FULL_LIMIT }),
      compared({ name: '  one more, against all', unit: 'ms', ours: one, peer: whole, limit: ONE_LIMIT }),
    ];
  });
}

async function writePackage(pool: string, name: string): Promise<void> {
  const files = Array.from({ length: FILES }, (_, index) => ({
    type: 'file' as const,
    path: `/usr/share/${name}/file-${index}`,
    mode: 0o644,
    owner: 'root',
    group: 'root',
    content: bytesSource(index === 0 ? noise(name) : 'x'),
  }));
  const rpm = writeRpm(testSpec({ name, files }), { compression: 'zstd', spool: memorySpool });
  await writeFile(join(pool, `${name}-1.x86_64.rpm`), await collect(rpm, 1 << 24));
}

/** Bytes that do not compress, always the same for a name. */
function noise(name: string): Uint8Array {
  return createHash('shake256', { outputLength: PROGRAM }).update(name).digest();
}

async function bundle(outfile: string): Promise<void> {
  // A dependency that is CommonJS asks for its modules by `require`.
  const banner = `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(import.meta.filename)});`;
  await build({
    entryPoints: [join(import.meta.dirname, 'yum/publish.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: banner },
    logLevel: 'error',
  });
}
