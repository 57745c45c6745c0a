import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bytesSource, collect, type ByteSource } from '../../../packages/core/src/model/bytes.ts';
import type { PackageSpec } from '../../../packages/core/src/model/package-spec.ts';
import { testSpec } from '../../support/package-spec.ts';
import { type BenchResult, compared } from '../bench-result.ts';
import { alternate } from '../measure.ts';
import { inTempDir, runProgram } from '../programs.ts';

const TURNS = 5;
const PACKAGES = 1000;
/** Bytes of each package's program, which do not compress. */
const PROGRAM = 300_000;
const FILES = 20;
/** The most of the peer's time that our indexes may take. */
const FULL_LIMIT = 0.7;
/** The most of the whole run's time that adding one package may take. */
const ONE_LIMIT = 1 / 20;

/** What a family of packages is measured with. */
export interface RepositoryBench {
  /** What the indexes are called, such as `apt indexes`. */
  readonly name: string;
  readonly peer: string;
  /** The file name of a package. */
  readonly fileName: (name: string) => string;
  readonly write: (spec: PackageSpec<ByteSource>) => AsyncIterable<Uint8Array>;
  /** The script of this directory that makes the repository. */
  readonly script: string;
  /** Runs the peer on the directory `pool` in `dir`. */
  readonly runPeer: (dir: string) => Promise<unknown>;
}

/** Milliseconds, as the script prints them. */
interface Times {
  readonly whole: number;
  readonly one: number;
}

/** The unsigned indexes of a repository from its package files, against a peer; and adding one package. */
export function benchRepository(bench: RepositoryBench): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    const pool = join(dir, 'pool');
    await mkdir(pool);
    for (let count = 0; count <= PACKAGES; count += 1) await writePackage(pool, `tool-${count + PACKAGES}`, bench);
    const script = join(dir, 'publish.mjs');
    await bundle(bench.script, script);
    const runs: Times[] = [];
    const ours = async (): Promise<void> => {
      await rm(join(dir, 'repository'), { recursive: true, force: true });
      const printed = await runProgram(process.execPath, [script, pool, join(dir, 'repository')]);
      runs.push(JSON.parse(printed) as Times);
    };
    const [, peer] = await alternate(TURNS, ours, () => bench.runPeer(dir));
    const middle = runs.toSorted((a, b) => a.whole - b.whole)[Math.floor(runs.length / 2)];
    const { whole, one } = middle ?? { whole: 0, one: 0 };
    const name = `${bench.name} of ${PACKAGES} packages, against ${bench.peer}`;
    return [
      compared({ name, unit: 'ms', ours: whole, peer, limit: FULL_LIMIT }),
      compared({ name: '  one more, against all', unit: 'ms', ours: one, peer: whole, limit: ONE_LIMIT }),
    ];
  });
}

async function writePackage(pool: string, name: string, { fileName, write }: RepositoryBench): Promise<void> {
  const files = Array.from({ length: FILES }, (_, index) => ({
    type: 'file' as const,
    path: `/usr/share/${name}/file-${index}`,
    mode: 0o644,
    owner: 'root',
    group: 'root',
    content: bytesSource(index === 0 ? noise(name) : 'x'),
  }));
  await writeFile(join(pool, fileName(name)), await collect(write(testSpec({ name, files })), 1 << 24));
}

/** Bytes that do not compress, always the same for a name. */
function noise(name: string): Uint8Array {
  return createHash('shake256', { outputLength: PROGRAM }).update(name).digest();
}

async function bundle(script: string, outfile: string): Promise<void> {
  // A dependency that is CommonJS asks for its modules by `require`.
  const banner = `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(import.meta.filename)});`;
  await build({
    entryPoints: [join(import.meta.dirname, script)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: banner },
    logLevel: 'error',
  });
}
