import type { App } from '../constructs/app.ts';
import { tryReadLock } from '../lock/read-lock.ts';
import { collectWanted } from '../lock/wanted.ts';
import { lockFileOf } from './app-options.ts';
import { declarationsOf } from './declarations.ts';
import { checkApt, checkGo, checkNode, checkStore, checkXz, checkZig, type CheckResult } from './machine-checks.ts';

/** What {@link doctor} takes. */
export interface DoctorOptions {
  /** The app to build here; without one, what some app could need is looked at. */
  readonly app?: App | undefined;
  /** The directory of the app. */
  readonly appDir: string;
  /** The store's directory. */
  readonly storeDir: string;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link doctor} found out about one thing that commands need. */
export interface Finding extends CheckResult {
  /** Such as `go`. */
  readonly name: string;
  /** False for what the app does not need, and without an app for what only some apps need. */
  readonly needed: boolean;
  /** The commands that need it. */
  readonly commands: readonly string[];
  /** What they need it for. */
  readonly purpose: string;
}

/** Looks at what this machine has of what the commands need. Changes nothing. @throws LOCK_INVALID */
export async function doctor({ app, appDir, storeDir, signal }: DoctorOptions): Promise<readonly Finding[]> {
  const needs = app === undefined ? new Set<Need>() : needsOf(app);
  const { go, zig } = (await tryReadLock(lockFileOf({ appDir })))?.toolchains ?? {};
  const source = (name: Need, purpose: string) => ({
    name,
    purpose,
    needed: needs.has(name),
    commands: ['lock', 'synth'],
  });
  const checks: readonly (readonly [Omit<Finding, keyof CheckResult>, Promise<CheckResult>])[] = [
    [{ name: 'node', purpose: 'runs distrokit', needed: true, commands: ['every command'] }, checkNode()],
    [{ name: 'store', purpose: 'keeps what was built', needed: true, commands: ['synth'] }, checkStore(storeDir)],
    [source('go', 'builds Go modules'), checkGo({ pinned: go, signal })],
    [source('zig', 'compiles C'), checkZig({ pinned: zig, appDir, signal })],
    [source('apt-get', 'fetches Debian packages'), checkApt({ signal })],
    [{ ...source('xz', 'unpacks Debian packages'), commands: ['synth'] }, checkXz({ signal })],
  ];
  return Promise.all(checks.map(async ([about, result]) => ({ ...about, ...(await result) })));
}

type Need = 'go' | 'zig' | 'apt-get' | 'xz';

/** The programs that the sources of an app are made with. */
function needsOf(app: App): ReadonlySet<Need> {
  const { entries, toolchains } = collectWanted(declarationsOf(app));
  const usesDebian = entries.some(({ kind }) => kind === 'debian');
  return new Set<Need>([...toolchains.keys(), ...(usesDebian ? (['apt-get', 'xz'] as const) : [])]);
}
