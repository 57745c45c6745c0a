import { randomUUID } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type BuildFailure, type Loader, type Message, type Plugin, transform } from 'esbuild';
import type { Problem } from '@distrokit/core';
import { CommandError, lowerFirst } from '../problems.ts';

/** An app as one module. */
export interface Bundle {
  /** The app's file. */
  readonly entry: string;
  /** Where the module is to stand while it is loaded; its source map is relative to that. */
  readonly module: string;
  /** The module's text, source map included. */
  readonly code: string;
  /** Every file that went in, absolute: the user's own code. */
  readonly files: readonly string[];
}

/** How {@link bundleApp} resolves and reports. */
export interface BundleOptions {
  /** The directory that files are named from in messages. */
  readonly cwd: string;
  /** Conditions of package exports beside those of Node's `import`. */
  readonly conditions: readonly string[];
}

/**
 * Bundles an app's own files into one module. Packages stay outside, so that the app and the command line share one
 * copy of the library; each is named by the address of its file, since the module itself will stand elsewhere.
 *
 * @throws APP_SYNTAX for every file that does not parse and every import that does not resolve
 */
export async function bundleApp(entry: string, { cwd, conditions }: BundleOptions): Promise<Bundle> {
  const module = join(await realpath(tmpdir()), `distrokit-app-${randomUUID()}`, 'app.mjs');
  try {
    const result = await build({
      entryPoints: [entry],
      absWorkingDir: dirname(entry),
      bundle: true,
      write: false,
      metafile: true,
      outfile: module,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      sourcemap: 'inline',
      sourcesContent: false,
      conditions: ['node', 'import', ...conditions],
      logLevel: 'silent',
      plugins: [keepPackagesOutside, keepImportMeta],
    });
    const files = Object.keys(result.metafile.inputs).map((file) => resolve(dirname(entry), file));
    return { entry, module, code: result.outputFiles[0]?.text ?? '', files };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw syntaxError(error.errors, dirname(entry), cwd, error);
  }
}

const keepPackagesOutside: Plugin = {
  name: 'keep-packages-outside',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, namespace, pluginData }) => {
      if (kind === 'entry-point' || pluginData === keepPackagesOutside) return undefined;
      const found = await builder.resolve(path, {
        kind,
        importer,
        resolveDir,
        namespace,
        pluginData: keepPackagesOutside,
      });
      if (found.errors.length > 0) return { errors: found.errors };
      return found.external ? found : { path: pathToFileURL(found.path).href, external: true };
    });
  },
};

/** `import.meta.dirname` in a file must go on to mean the directory of that file. */
const keepImportMeta: Plugin = {
  name: 'keep-import-meta',
  setup(builder) {
    builder.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta')) return undefined;
      const loader = loaderOf(path);
      const define = {
        'import.meta.url': JSON.stringify(pathToFileURL(path).href),
        'import.meta.filename': JSON.stringify(path),
        'import.meta.dirname': JSON.stringify(dirname(path)),
        'import.meta.main': 'false',
      };
      // A file that does not parse is left to the bundler, which reports it with all others.
      const transformed = await transform(text, {
        loader,
        define,
        sourcefile: path,
        sourcemap: 'inline',
        target: 'node22',
        logLevel: 'silent',
      }).catch(() => undefined);
      return transformed === undefined ? undefined : { contents: transformed.code, loader: 'js' };
    });
  },
};

function loaderOf(path: string): Loader {
  if (path.endsWith('x')) return path.endsWith('.tsx') ? 'tsx' : 'jsx';
  return /\.[cm]?ts$/.test(path) ? 'ts' : 'js';
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function syntaxError(messages: readonly Message[], dir: string, cwd: string, cause: Error): CommandError {
  const [first, ...rest] = messages.map((message) => problemOf(message, dir, cwd));
  if (first === undefined) throw cause;
  return new CommandError([first, ...rest], { cause });
}

function problemOf({ text, location }: Message, dir: string, cwd: string): Problem {
  const where =
    location === null ? '' : `${relative(cwd, resolve(dir, location.file))}:${location.line}:${location.column + 1}: `;
  const missing = /^Could not resolve "([^"]+)"/.exec(text)?.[1];
  const message = `${where}${missing === undefined ? lowerFirst(text.replace(/:$/, '')) : `could not resolve ${JSON.stringify(missing)}`}`;
  if (missing === undefined) return { code: 'APP_SYNTAX', message, ...lineHint(location) };
  return { code: 'APP_SYNTAX', message, hint: missingHint(missing) };
}

/** The line itself, since most of what does not parse is a slip that is seen at a glance. */
function lineHint(location: Message['location']): { readonly hint?: string } {
  const line = location?.lineText.trim() ?? '';
  return line === '' || line.length > 120 ? {} : { hint: `the line is: ${line}` };
}

function missingHint(specifier: string): string {
  if (/^[./]/.test(specifier)) return 'check the path, its extension and its letters';
  const parts = specifier.split('/');
  return `npm install ${parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')}`;
}
