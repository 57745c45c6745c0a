import type { z } from 'zod';
import { assertNoProblems, type Problem } from '../errors/distro-error.ts';
import type { FileBundle } from '../model/file-bundle.ts';
import type { JsonObject } from '../model/json.ts';
import { renderKubeadm } from './kubeadm/render.ts';
import { kubeadmSchema } from './kubeadm/schema.ts';

/** How one installer's configuration is made. */
interface Renderer {
  /** The problems of the settings; empty when they can be rendered. */
  check(settings: JsonObject): Problem[];
  /** The files, of settings without a problem. */
  render(settings: JsonObject): FileBundle;
}

/** Every installer by the name that `InstallerStep` has. */
const RENDERERS: Readonly<Record<string, Renderer>> = {
  kubeadm: renderer('kubeadm', kubeadmSchema, renderKubeadm),
};

/** The names of the installers, sorted. */
export const INSTALLER_NAMES: readonly string[] = Object.keys(RENDERERS).sort();

/**
 * Renders an installer's configuration. Pure: equal settings give equal bytes.
 *
 * @throws `INSTALLER_INVALID` with every problem that {@link checkInstaller} finds.
 */
export function renderInstaller(name: string, settings: JsonObject): FileBundle {
  const found = tryFindRenderer(name);
  assertNoProblems(found === undefined ? unknownInstaller(name) : found.check(settings));
  return (found as Renderer).render(settings);
}

/** Everything that is wrong with an installer's name or settings, as `INSTALLER_INVALID`; empty when it can be rendered. */
export function checkInstaller(name: string, settings: JsonObject): Problem[] {
  return tryFindRenderer(name)?.check(settings) ?? unknownInstaller(name);
}

function tryFindRenderer(name: string): Renderer | undefined {
  return Object.hasOwn(RENDERERS, name) ? RENDERERS[name] : undefined;
}

function unknownInstaller(name: string): Problem[] {
  const known = `known: ${INSTALLER_NAMES.join(', ')}`;
  return [{ code: 'INSTALLER_INVALID', message: `there is no installer ${JSON.stringify(name)}`, hint: known }];
}

function renderer<T>(name: string, schema: z.ZodType<T>, render: (settings: T) => FileBundle): Renderer {
  return {
    check: (settings) =>
      (schema.safeParse(settings).error?.issues ?? []).flatMap((issue) => issueProblems(name, issue, settings)),
    render: (settings) => render(schema.parse(settings)),
  };
}

function issueProblems(name: string, issue: z.core.$ZodIssue, settings: JsonObject): Problem[] {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => invalid(`${name} has no setting ${place === '' ? key : `${place}.${key}`}`));
  }
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const reason = message.charAt(0).toLowerCase() + message.slice(1);
  return [invalid(`${name}: ${place === '' ? 'settings' : place}${shownValue(settings, issue.path)}: ${reason}`)];
}

/** The value as it was given, but of an environment variable: that may be a secret. */
function shownValue(settings: JsonObject, path: readonly PropertyKey[]): string {
  const value = valueAt(settings, path);
  const hidden = value === undefined || typeof value === 'object' || path.includes('extraEnvs');
  return hidden ? '' : ` (${JSON.stringify(value)})`;
}

function valueAt(settings: JsonObject, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    settings,
  );
}

function invalid(message: string): Problem {
  return { code: 'INSTALLER_INVALID', message, hint: 'change the settings of the installer construct' };
}
