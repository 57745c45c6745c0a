import type { Json, JsonObject } from '../../model/json.ts';
import type { ExtraArgs } from './settings.ts';

/** The object, or undefined if none of its members is set: kubeadm's defaults are its own. */
export function members(object: JsonObject): JsonObject | undefined {
  return Object.values(object).some((member) => member !== undefined) ? object : undefined;
}

/** Flags as kubeadm has them, `[{ name, value }]`: sorted by name, a repeated flag in the order given. */
export function flags(args: ExtraArgs | undefined): Json | undefined {
  return sorted(args)?.flatMap(([name, value]) => [value].flat().map((one) => ({ name, value: one })));
}

/** Environment variables as Kubernetes has them, sorted by name. */
export function variables(env: Readonly<Record<string, string>> | undefined): Json | undefined {
  return sorted(env)?.map(([name, value]) => ({ name, value }));
}

function sorted<T>(record: Readonly<Record<string, T>> | undefined): [string, T][] | undefined {
  return record === undefined
    ? undefined
    : Object.keys(record)
        .sort()
        .map((name) => [name, record[name] as T]);
}
