/**
 * 10,000 mixed objects against cdk8s, and ten times the objects against the time of the first.
 * `node test/bench/manifests.ts`, after `npm run build`; needs npm and its registry for cdk8s.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** The peer, pinned, with what it is built on. */
const PEER = ['cdk8s@2.70.106', 'constructs@10.8.1'];
const COUNT = 10_000;
const RUNS = 7;

/** One comparison. Times are medians in milliseconds. */
export interface BenchResult {
  readonly name: string;
  readonly ours: number;
  readonly other: number;
  /** `ours / other`. */
  readonly ratio: number;
  /** The most that the ratio may be. */
  readonly limit: number;
}

/**
 * Runs both comparisons. Each run is a process of its own that makes the objects, renders them and writes one file of
 * 10,000 documents; the two programs take turns, so that both see the same machine.
 */
export async function benchManifests(): Promise<readonly BenchResult[]> {
  const dir = mkdtempSync(join(tmpdir(), 'distrokit-bench-manifests-'));
  try {
    const programs = await prepare(dir);
    return [againstPeer(dir, programs), growth(programs)];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Programs {
  readonly ours: (count: number) => void;
  readonly cdk8s: () => void;
}

async function prepare(dir: string): Promise<Programs> {
  const peer = join(dir, 'peer');
  const out = join(dir, 'out');
  for (const made of [peer, out]) mkdirSync(made);
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', peer, ...PEER], {
    stdio: 'inherit',
  });
  // Both as JavaScript, so that neither pays for the removal of types.
  await build({
    entryPoints: ['ours', 'cdk8s'].map((name) => join(import.meta.dirname, 'manifests', `${name}.ts`)),
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const render = join(import.meta.dirname, '../../packages/core/dist/manifests/render.js');
  return {
    ours: (count) => run(join(dir, 'ours.mjs'), render, String(count), out),
    cdk8s: () => run(join(dir, 'cdk8s.mjs'), peer, String(COUNT), out),
  };
}

function run(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function againstPeer(dir: string, { ours, cdk8s }: Programs): BenchResult {
  const [mine, peers] = alternate(() => ours(COUNT), cdk8s);
  for (const file of ['ours.yaml', 'bench.k8s.yaml']) {
    const documents = readFileSync(join(dir, 'out', file), 'utf8').split(/^---$/m).length;
    if (documents !== COUNT) throw new Error(`${file} holds ${documents} documents, not ${COUNT}`);
  }
  return result('10,000 objects, against cdk8s', mine, peers, 0.2);
}

function growth({ ours }: Programs): BenchResult {
  const [many, few] = alternate(
    () => ours(COUNT),
    () => ours(COUNT / 10),
  );
  return result('10,000 objects, against 1,000', many, few, 11);
}

/** The medians of two programs that take turns, after one run of each that does not count. */
function alternate(one: () => void, other: () => void): [number, number] {
  const times: [number[], number[]] = [[], []];
  for (let turn = 0; turn <= RUNS; turn += 1) {
    const took = [elapsed(one), elapsed(other)] as const;
    if (turn > 0) times.forEach((list, index) => list.push(took[index] as number));
  }
  return [median(times[0]), median(times[1])];
}

function elapsed(action: () => void): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function result(name: string, ours: number, other: number, limit: number): BenchResult {
  return { name, ours, other, ratio: ours / other, limit };
}

if (import.meta.main) {
  for (const { name, ours, other, ratio, limit } of await benchManifests()) {
    const verdict = ratio <= limit ? 'ok' : 'too slow';
    process.stdout.write(
      `${name}: ${ours.toFixed(0)} ms / ${other.toFixed(0)} ms = ${ratio.toFixed(2)} (limit ${limit}) ${verdict}\n`,
    );
    if (ratio > limit) process.exitCode = 1;
  }
}
