import { AddOn, App, Arch, Distro, Kernel, kubernetes } from '@distrokit/core';
import { mixedObjects } from './objects.ts';

const app = new App();
const distro = new Distro(app, 'bench', {
  version: '1.0.0',
  vendor: { name: 'Bench', email: 'release@bench.example', url: 'https://bench.example' },
  registry: 'registry.bench.example',
  targets: ['debian12'],
  date: '2026-01-01T00:00:00Z',
});
new Arch(distro, 'amd64');
new Kernel(distro, 'kernel', { version: '1.36.3', source: kubernetes.fromUpstream() });
const addOn = new AddOn(distro, 'objects', {
  version: '1.0.0',
  kernels: '*',
  owner: 'bench',
  upstream: 'https://bench.example',
});
addOn.manifest(...mixedObjects(Number(process.env['BENCH_OBJECTS'])));
export default app;
