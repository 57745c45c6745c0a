import { mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { openLayoutDirectory } from '../../packages/core/src/registry/layout-directory.ts';
import { hashFile } from '../../packages/core/src/store/file-bytes.ts';
import { randomLayer, writeImage, writeIndex } from '../support/oci-content.ts';
import { type RegistryServer, startRegistry } from '../support/registry-server.ts';
import { type BenchResult, compared } from './bench-result.ts';
import { alternate } from './measure.ts';
import { inTempDir, runProgram } from './programs.ts';

const TURNS = 7;
const MiB = 2 ** 20;
/** The layers of each of four images, beside one that all share. */
const LAYERS = [16 * MiB, 2 * MiB, 0.1 * MiB];
const LARGE = 2 ** 30;
const MEMORY_LIMIT = 200 * MiB;

/** A layout to an empty registry on this machine against skopeo, whole processes; and the peak memory for 1 GiB. */
export function benchPush(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    await build({
      entryPoints: [join(import.meta.dirname, 'push/push-layout.ts')],
      outfile: join(dir, 'push.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    return [await against(dir), await memory(dir)];
  });
}

/** Pushes as we do it. Resolves to the peak memory in bytes. */
async function push(dir: string, layout: string, { host }: RegistryServer): Promise<number> {
  const dist = join(import.meta.dirname, '../../packages/core/dist');
  return Number(await runProgram(process.execPath, [join(dir, 'push.mjs'), dist, layout, host, 'bench/images'])) * 1024;
}

/** Every push goes to a registry of its own: skopeo remembers what a registry has, and would mount it. */
async function against(dir: string): Promise<BenchResult> {
  const layout = join(dir, 'layout');
  const sink = openLayoutDirectory(layout);
  const shared = randomLayer(8 * MiB);
  const images = [];
  for (let number = 0; number < 4; number += 1) {
    images.push(await writeImage(sink, { layers: [shared, ...LAYERS.map((size) => randomLayer(Math.floor(size)))] }));
  }
  await writeIndex(sink, 'v1', images);
  await using servers = new AsyncDisposableStack();
  const next: RegistryServer[] = [];
  for (let number = 0; number < 2 * (TURNS + 1); number += 1) next.push(servers.use(await startRegistry('module')));
  const server = (): RegistryServer => {
    const one = next.pop();
    if (one === undefined) throw new Error('too few registries');
    return one;
  };
  const policy = join(dir, 'policy.json');
  await writeFile(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  const copy = ['--policy', policy, 'copy', '--all', '--quiet', '--dest-tls-verify=false', `oci:${layout}:v1`];
  const [ours, peer] = await alternate(
    TURNS,
    () => push(dir, layout, server()),
    () => runProgram('skopeo', [...copy, `docker://${server().host}/bench/images:v1`]),
  );
  return compared({ name: 'push of 80 MiB in 14 blobs, against skopeo', unit: 'ms', ours, peer, limit: 1 });
}

/** A sparse layer, which reads as zeros. */
async function memory(dir: string): Promise<BenchResult> {
  const file = join(dir, 'large');
  await writeFile(file, '');
  await truncate(file, LARGE);
  const digest = await hashFile(file);
  const layout = join(dir, 'large-layout');
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
  await rename(file, join(layout, 'blobs/sha256', digest));
  const layer = randomLayer(0);
  const large = { ...layer, descriptor: { ...layer.descriptor, digest: `sha256:${digest}`, size: LARGE } };
  const sink = openLayoutDirectory(layout);
  await writeIndex(sink, 'v1', [await writeImage(sink, { layers: [large] })]);
  await using server = await startRegistry('module');
  const ours = await push(dir, layout, server);
  return compared({ name: 'peak memory, push of 1 GiB', unit: 'bytes', ours, peer: MEMORY_LIMIT, limit: 1 });
}
