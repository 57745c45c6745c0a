/**
 * Runs benchmarks: `npm run bench` all of them, `npm run bench -- help noop` some, `npm run bench -- --json help` with
 * JSON on stdout. Exits 1 when one is over its limit, 2 when one is not known.
 */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { benchAllPackages } from './all-packages.ts';
import { benchApt } from './apt.ts';
import { type BenchResult, formatTable, isOver } from './bench-result.ts';
import { benchCold } from './cold.ts';
import { benchGraph } from './graph.ts';
import { benchHelp } from './help.ts';
import { benchManifests } from './manifests.ts';
import { benchNoop } from './noop.ts';
import { benchPackages } from './packages.ts';
import { benchPush } from './push.ts';
import { benchRelease } from './release.ts';
import { benchRender } from './render.ts';
import { benchYum } from './yum.ts';

/** By name, in the order they run: the longest is the last. */
const BENCHES: Readonly<Record<string, () => Promise<readonly BenchResult[]>>> = {
  help: benchHelp,
  noop: benchNoop,
  graph: benchGraph,
  render: benchRender,
  manifests: benchManifests,
  packages: benchPackages,
  apt: benchApt,
  yum: benchYum,
  push: benchPush,
  'all-packages': benchAllPackages,
  release: benchRelease,
  cold: benchCold,
};

async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  const wanted = argv.filter((argument) => argument !== '--json');
  const unknown = wanted.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) {
    process.stderr.write(`there is no benchmark ${unknown}; there are ${Object.keys(BENCHES).join(', ')}\n`);
    return 2;
  }
  const results: BenchResult[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stderr.write(`${name} … (load ${loadavg()[0]?.toFixed(2)})\n`);
    results.push(...(await bench()));
  }
  const machine = describeMachine();
  process.stdout.write(
    json ? `${JSON.stringify({ machine, results }, undefined, 2)}\n` : `${machine}\n\n${formatTable(results)}`,
  );
  return results.some(isOver) ? 1 : 0;
}

function describeMachine(): string {
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${gib} GiB, Node.js ${process.versions.node}`;
}

process.exitCode = await main(process.argv.slice(2));
