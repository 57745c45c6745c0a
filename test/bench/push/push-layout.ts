/**
 * Pushes a layout as a publication does: `node push-layout.mjs CORE_DIST LAYOUT HOST REPOSITORY`. Prints the process's
 * peak memory in KiB.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import type { copyGraph } from '../../../packages/core/src/registry/copy-graph.ts';
import type { openLayoutDirectory } from '../../../packages/core/src/registry/layout-directory.ts';
import type { openRegistry } from '../../../packages/core/src/registry/open-registry.ts';

interface Core {
  readonly copyGraph: typeof copyGraph;
  readonly openLayoutDirectory: typeof openLayoutDirectory;
  readonly openRegistry: typeof openRegistry;
}

// As the command line does.
enableCompileCache();
const [dist = '', layout = '', host = '', path = ''] = process.argv.slice(2);
const modules = ['copy-graph.js', 'layout-directory.js', 'open-registry.js'];
const loaded = await Promise.all(modules.map(async (name) => (await import(join(dist, 'registry', name))) as object));
const core = Object.assign({}, ...loaded) as Core;

const source = core.openLayoutDirectory(layout);
const roots = (await source.roots()).map(({ descriptor, names }) => ({ descriptor, tags: names }));
await using registry = core.openRegistry(host);
await core.copyGraph(source, registry.repository(path), roots);
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
