import { createRequire } from 'node:module';
import { mixedObjects } from './objects.ts';

/** What of cdk8s is used here; it is installed for the benchmark only. */
interface Cdk8s {
  readonly App: new (options: { yamlOutputType: number }) => { synth(): void };
  readonly Chart: new (scope: object, id: string) => object;
  readonly ApiObject: new (scope: object, id: string, props: object) => object;
}

// node cdk8s.mjs PROJECT COUNT TYPE: synthesizes the objects as ApiObjects of one chart into $CDK8S_OUTDIR.
const [project = '', count = '', type = ''] = process.argv.slice(2);
const { App, Chart, ApiObject } = createRequire(`${project}/`)('cdk8s') as Cdk8s;
const app = new App({ yamlOutputType: Number(type) });
const chart = new Chart(app, 'bench');
for (const [index, object] of mixedObjects(Number(count)).entries()) new ApiObject(chart, `object-${index}`, object);
app.synth();
