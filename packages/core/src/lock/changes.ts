import { sha256Of } from '../model/digest.ts';
import { canonicalJson, compareText, type JsonObject } from '../model/json.ts';
import type { LockedSource } from '../model/source.ts';
import type { Lock } from './schema.ts';

/** One difference between two locks. */
export interface LockChange {
  /** The entry's key, or `toolchain:go` and `toolchain:zig`. */
  readonly key: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** What it was pinned to, as people name it: a version, or the start of a digest. */
  readonly from?: string;
  /** What it is pinned to now. */
  readonly to?: string;
}

/** What changed from one lock to another, sorted by key. The date is not a change. */
export function lockChanges(before: Lock | undefined, after: Lock): readonly LockChange[] {
  const [old, now] = [pinsOf(before), pinsOf(after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort(compareText);
  return keys.flatMap((key): LockChange[] => {
    const [from, to] = [old.get(key), now.get(key)];
    if (from !== undefined && to !== undefined) {
      return from.text === to.text ? [] : [{ key, kind: 'changed', from: from.label, to: to.label }];
    }
    if (to !== undefined) return [{ key, kind: 'added', to: to.label }];
    return from === undefined ? [] : [{ key, kind: 'removed', from: from.label }];
  });
}

interface Pin {
  /** Equal texts are equal pins. */
  readonly text: string;
  readonly label: string;
}

function pinsOf(lock: Lock | undefined): ReadonlyMap<string, Pin> {
  const pins = new Map<string, Pin>();
  for (const tool of ['go', 'zig'] as const) {
    const version = lock?.toolchains[tool];
    if (version !== undefined) pins.set(`toolchain:${tool}`, { text: version, label: version });
  }
  for (const [key, entry] of Object.entries(lock?.sources ?? {})) {
    pins.set(key, { text: canonicalJson(entry as unknown as JsonObject), label: labelOf(entry) });
  }
  return pins;
}

function labelOf(entry: LockedSource): string {
  if (entry.kind === 'debian') return entry.version;
  if (entry.kind === 'debian-closure') {
    return `${entry.packages.length} packages ${sha256Of(canonicalJson(entry as unknown as JsonObject)).slice(0, 12)}`;
  }
  return entry.kind === 'url' ? `sha256:${entry.sha256.slice(0, 12)}` : entry.sum;
}
