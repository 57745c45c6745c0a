import { renderInstaller } from '../installers/render.ts';
import { canonicalJson } from '../model/json.ts';
import type { Runner } from './runner.ts';

/** Renders an installer's configuration to a bundle of files. @throws INSTALLER_INVALID */
export const runInstaller: Runner<'installer'> = async (step, { store }) => ({
  files: await store.put(canonicalJson(renderInstaller(step.installer, step.settings))),
});
