import { realpath, stat } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { App } from '@distrokit/core';
import { bundleApp } from './app/bundle.ts';
import { importBundle } from './app/import-bundle.ts';
import { CommandError } from './problems.ts';

/** An app with the file it came from. */
export interface LoadedApp {
  readonly app: App;
  /** Absolute. */
  readonly file: string;
  /** The file's directory: what file sources are relative to, and where the lock stands. */
  readonly dir: string;
}

/** What {@link loadApp} needs to know of the process. */
export interface LoadAppOptions {
  /** The directory that `file` is relative to. */
  readonly cwd: string;
  /** Further conditions of package exports, such as `source`. */
  readonly conditions?: readonly string[];
}

/**
 * Loads the App that a TypeScript or JavaScript file exports as its default. Types are not checked: that is the
 * editor's and the compiler's work, and it would take longer than everything else here.
 *
 * @throws APP_NOT_FOUND, APP_SYNTAX, APP_FAILED, APP_NO_EXPORT, APP_EMPTY
 */
export async function loadApp(file: string, { cwd, conditions = [] }: LoadAppOptions): Promise<LoadedApp> {
  // Node resolves links for a program's main module too, and stacks name real files.
  const path = await findFile(resolve(cwd, file), file);
  const bundle = await bundleApp(path, { cwd, conditions });
  const exported = await importBundle(bundle, { cwd });
  return { app: appOf(exported, relative(cwd, path) || file), file: path, dir: dirname(path) };
}

/** True for an App, whichever copy of the library made it. */
export function isApp(value: unknown): value is App {
  return typeof value === 'object' && value !== null && Symbol.for('distrokit.App') in value;
}

async function findFile(path: string, named: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return realpath(path);
  const message = found === undefined ? `there is no file ${named}` : `${named} is not a file`;
  throw new CommandError([
    { code: 'APP_NOT_FOUND', message, hint: 'name the app, or make one: distrokit init distro DIR' },
  ]);
}

function appOf(exported: Readonly<Record<string, unknown>>, file: string): App {
  const value = exported.default;
  if (!isApp(value)) {
    const message = `${file} ${value === undefined ? 'has no default export' : 'exports something else than an App as its default'}`;
    throw new CommandError([{ code: 'APP_NO_EXPORT', message, hint: exportHint(exported) }]);
  }
  if (value.distros.length > 0) return value;
  const hint = "add: new Distro(app, 'harbor', { … })";
  throw new CommandError([{ code: 'APP_EMPTY', message: `the App of ${file} holds no Distro`, hint }]);
}

/** An app under another name is the likely mistake: then the hint names it. */
function exportHint(exported: Readonly<Record<string, unknown>>): string {
  const name = Object.keys(exported).find((key) => key !== 'default' && isApp(exported[key]));
  return `add: export default ${name ?? 'app'};`;
}
