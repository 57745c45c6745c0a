/**
 * Packages against nfpm, whole processes that take turns: one kubelet by format and codec, several files in both
 * formats two at a time, and the peak memory for a file of 4 GiB.
 * `node test/bench/packages.ts [FILE…]`, after `npm run build`. FILE is a large binary, such as a kubelet; by default
 * this Node. Needs Go, which builds nfpm.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { alternate, compared, describeResult } from './measure.ts';
import type { BenchResult } from './measure.ts';

const PEER = 'github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4';
const RUNS = 9;
const GIB = 2 ** 30;
const MEMORY_LIMIT = 300 * 2 ** 20;
/** Each format and codec with the most of nfpm's time that ours may take. */
const CASES = [
  ['deb', 'zstd', 0.7],
  ['rpm', 'zstd', 0.5],
  ['deb', 'gzip', 0.6],
  ['rpm', 'gzip', 0.6],
] as const;
/** How much larger than nfpm's our package may be. */
const SIZE_LIMIT = 1.05;

const run = promisify(execFile);

/** Runs every comparison on the given files; the first is the one that is packaged alone. */
export async function benchPackages(files: readonly string[] = [process.execPath]): Promise<readonly BenchResult[]> {
  const dir = mkdtempSync(join(tmpdir(), 'distrokit-bench-packages-'));
  try {
    const programs = await prepare(dir, files);
    return [
      ...(await oneFile(programs, files[0] as string)),
      await allFiles(programs, files),
      ...(await memory(programs, dir)),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Programs {
  /** Where each program puts its packages. */
  readonly out: { readonly ours: string; readonly nfpm: string };
  /** Resolves to the peak memory in bytes. */
  readonly ours: (format: string, compression: string, inputs: readonly string[]) => Promise<number>;
  readonly nfpm: (format: string, compression: string, input: string) => Promise<void>;
}

async function prepare(dir: string, files: readonly string[]): Promise<Programs> {
  const out = { ours: join(dir, 'ours'), nfpm: join(dir, 'theirs') };
  for (const made of [out.ours, out.nfpm]) mkdirSync(made);
  execFileSync('go', ['install', PEER], {
    stdio: 'inherit',
    env: { ...process.env, GOBIN: dir, GOFLAGS: '-modcacherw' },
  });
  // JavaScript, so that we do not pay for the removal of types; the packages are loaded as they are published.
  const pack = join(dir, 'pack.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'packages/pack.ts')],
    outfile: pack,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const dist = join(import.meta.dirname, '../../packages/core/dist');
  for (const file of files)
    for (const codec of ['gzip', 'zstd']) writeFileSync(configFile(dir, codec, file), nfpmConfig(file, codec));
  return {
    out,
    async ours(format, compression, inputs) {
      const { stdout } = await run(process.execPath, [pack, dist, format, compression, out.ours, ...inputs]);
      return Number(stdout) * 1024;
    },
    async nfpm(format, compression, input) {
      const target = join(out.nfpm, `${basename(input)}.${format}`);
      await run(join(dir, 'nfpm'), ['package', '-f', configFile(dir, compression, input), '-p', format, '-t', target]);
    },
  };
}

async function oneFile({ out, ours, nfpm }: Programs, file: string): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const [format, codec, limit] of CASES) {
    const [mine, peers] = await alternate(
      RUNS,
      async () => void (await ours(format, codec, [file])),
      () => nfpm(format, codec, file),
    );
    const size = (where: string): number => statSync(join(where, `${basename(file)}.${format}`)).size;
    results.push(compared(`one ${format} of ${codec}, ms`, mine, peers, limit));
    results.push(compared(`one ${format} of ${codec}, bytes`, size(out.ours), size(out.nfpm), SIZE_LIMIT));
  }
  return results;
}

/** Every file in both formats: ours in one process, as a build does it; nfpm in two that run at the same time. */
async function allFiles({ ours, nfpm }: Programs, files: readonly string[]): Promise<BenchResult> {
  const [mine, peers] = await alternate(
    3,
    async () => void (await ours('both', 'zstd', files)),
    async () => {
      const work = files.flatMap((file) => ['deb', 'rpm'].map((format) => [format, 'zstd', file] as const));
      const worker = async (): Promise<void> => {
        for (let next = work.shift(); next !== undefined; next = work.shift()) await nfpm(...next);
      };
      await Promise.all([worker(), worker()]);
    },
  );
  return compared(`${files.length} files as deb and rpm, two at a time, ms`, mine, peers, 0.5);
}

/** A sparse file of 4 GiB, which reads as zeros. */
async function memory({ ours }: Programs, dir: string): Promise<readonly BenchResult[]> {
  const file = join(dir, 'large');
  writeFileSync(file, '');
  truncateSync(file, 4 * GIB);
  const results: BenchResult[] = [];
  for (const [format, codec] of CASES) {
    results.push(
      compared(
        `peak memory for 4 GiB, ${format} of ${codec}, bytes`,
        await ours(format, codec, [file]),
        MEMORY_LIMIT,
        1,
      ),
    );
  }
  return results;
}

function configFile(dir: string, codec: string, file: string): string {
  return join(dir, `${basename(file)}-${codec}.json`);
}

/** What nfpm reads is YAML, and JSON is that too. */
function nfpmConfig(file: string, compression: string): string {
  const name = basename(file);
  return JSON.stringify({
    name,
    arch: 'amd64',
    platform: 'linux',
    version: '1.36.3',
    release: '1',
    maintainer: 'Harbor <release@harbor.example>',
    description: 'node agent',
    homepage: 'https://harbor.example',
    license: 'Apache-2.0',
    mtime: '2026-11-21T00:00:00Z',
    contents: [{ src: file, dst: `/usr/bin/${name}`, file_info: { mode: 0o755 } }],
    deb: { compression },
    rpm: { compression },
  });
}

if (import.meta.main) {
  const files = process.argv.slice(2);
  for (const result of await benchPackages(files.length > 0 ? files : undefined)) {
    process.stdout.write(describeResult(result));
    if (result.ratio > result.limit) process.exitCode = 1;
  }
}
