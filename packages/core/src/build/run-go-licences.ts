import { tryReadGoBuildInfo } from '../formats/go-build-info.ts';
import { builtModule } from '../formats/go-module-info.ts';
import { inParallel } from '../lock/in-parallel.ts';
import { canonicalJson } from '../model/json.ts';
import type { GoLicencesStep } from '../plan/document.ts';
import { licenceTexts, moduleDirectory, type ModuleCache } from '../sources/go-module-files.ts';
import { findGo } from '../sources/go-toolchain.ts';
import { withFileRanges } from '../store/file-ranges.ts';
import { detectLicence } from '../supply-chain/licences/detect-licence.ts';
import type { RunContext, Runner } from './runner.ts';

/**
 * Finds the licences of the modules that programs contain, in the files of the modules that they were built from. What
 * is fetched is nothing but what the build fetched, in case it is not there any more.
 *
 * @throws TOOL_MISSING, SOURCE_UNAVAILABLE, CANCELLED
 */
export const runGoLicences: Runner<'go-licences'> = async (step, context) => {
  const { signal, store } = context;
  const go = await findGo({ signal });
  const cache: ModuleCache = { go, dir: await context.tempDir(), signal, root: go.env['GOMODCACHE'] ?? '' };
  const modules = await modulesOf(step, context);
  const found = await inParallel(8, [...modules.keys()].sort(), async (name) => {
    signal.throwIfAborted();
    const [path = '', version = ''] = modules.get(name) ?? [];
    const licence = detectLicence(await licenceTexts(await moduleDirectory(path, version, cache)));
    return licence === undefined ? [] : [[name, licence] as const];
  });
  return { licences: await store.put(canonicalJson(Object.fromEntries(found.flat()))) };
};

/** By `module@version`: the step's own module and those of its programs. */
async function modulesOf(
  step: GoLicencesStep,
  context: RunContext,
): Promise<ReadonlyMap<string, readonly [path: string, version: string]>> {
  const modules = new Map([[`${step.module}@${step.version}`, [step.module, step.version] as const]]);
  for (const program of step.programs) {
    const info = await withFileRanges(await context.inputPath(program), tryReadGoBuildInfo);
    if (info === undefined) continue;
    for (const dependency of [...(info.main === undefined ? [] : [info.main]), ...info.dependencies]) {
      const { path, version } = builtModule(dependency);
      // Only a version can be found again.
      if (version.startsWith('v')) modules.set(`${path}@${version}`, [path, version]);
    }
  }
  return modules;
}
