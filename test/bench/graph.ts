import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { linkPackages } from '../support/tiny-distro.ts';
import { type BenchResult, compared } from './bench-result.ts';
import { alternate } from './measure.ts';
import { distrokit, inTempDir } from './programs.ts';

const TURNS = 7;
const LIMIT_MS = 1000;
const LAYERS = 64;
const WIDTH = 8;

/** `plan` of 64 layers of add-ons, each of which depends on every one of the layer before: 8^63 ways from end to end. */
export function benchGraph(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    await linkPackages(dir);
    await writeFile(join(dir, 'distro.ts'), APP);
    const [ours] = await alternate(TURNS, () =>
      distrokit(['plan', '--only', 'layers', '--json', '--store', 'store'], { cwd: dir }),
    );
    return [compared({ name: `plan of ${LAYERS} linked layers`, unit: 'ms', ours, peer: LIMIT_MS, limit: 1 })];
  });
}

const APP = `import { AddOn, App, Arch, Distro, Kernel, kubernetes } from '@distrokit/core';

const app = new App();
const distro = new Distro(app, 'graph', {
  version: '1.0.0',
  vendor: { name: 'Layers', email: 'release@layers.example', url: 'https://layers.example' },
  registry: 'registry.layers.example',
  targets: ['debian12'],
  date: '2026-01-01T00:00:00Z',
});
new Arch(distro, 'amd64');
new Kernel(distro, 'kernel', { version: '1.36.3', source: kubernetes.fromUpstream() });
const about = { version: '1.0.0', kernels: '*', owner: 'layers', upstream: 'https://layers.example' };
const layers = new AddOn(distro, 'layers', about);
let before: AddOn[] = [];
for (let layer = 0; layer < ${LAYERS}; layer += 1) {
  before = Array.from({ length: ${WIDTH} }, (_, index) => {
    const addOn = new AddOn(layers, \`add-on-\${layer}-\${index}\`, about);
    addOn.manifest({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: addOn.node.id } });
    addOn.node.addDependency(...before);
    return addOn;
  });
}
export default app;
`;
