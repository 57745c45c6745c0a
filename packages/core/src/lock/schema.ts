import { z } from 'zod';
import { isSha256 } from '../model/digest.ts';
import type { LockedSource } from '../model/source.ts';

/** `distro.lock.json`: everything that comes from outside the program, pinned. Written by `lock` and `update` only. */
export interface Lock {
  readonly schemaVersion: 1;
  /** When an entry last changed, as `2026-11-21T00:00:00Z`: the release date of an app that sets none. */
  readonly date: string;
  /** The exact versions of the compilers; absent where no source needs one. */
  readonly toolchains: Toolchains;
  /** The entries by key, sorted. */
  readonly sources: Readonly<Record<string, LockedSource>>;
}

/** Compiler versions, such as `{ go: '1.26.8', zig: '0.16.0' }`. */
export interface Toolchains {
  readonly go?: string;
  readonly zig?: string;
}

const sha256: z.ZodType<string> = z.string().refine(isSha256, 'must be 64 lower-case hexadecimal digits');
const size: z.ZodType<number> = z.number().int().min(0);

const goModule = z.strictObject({
  kind: z.literal('go-module'),
  module: z.string().min(1),
  version: z.string().min(1),
  packages: z.array(z.string()),
  with: z.record(z.string(), z.string()),
  replaces: z.enum(['staging', 'same']),
  sum: z.string().startsWith('h1:'),
  goMod: z.array(z.string()),
  goSum: z.array(z.string()),
});

const url = z.strictObject({ kind: z.literal('url'), url: z.url(), sha256, size });

const debian = z.strictObject({
  kind: z.literal('debian'),
  package: z.string().min(1),
  version: z.string().min(1),
  arch: z.string().min(1),
  suite: z.string().min(1),
  component: z.string().min(1),
  mirror: z.string().exactOptional(),
  keyring: z.string().exactOptional(),
  filename: z.string().min(1),
  sha256,
  size,
});

const debianClosure = z.strictObject({ kind: z.literal('debian-closure'), packages: z.array(debian).max(10_000) });

/** The schema that every lock read from disk must pass. */
export const lockSchema: z.ZodType<Lock> = z.strictObject({
  schemaVersion: z.literal(1),
  date: z.iso.datetime(),
  toolchains: z.strictObject({ go: z.string().exactOptional(), zig: z.string().exactOptional() }),
  sources: z.record(z.string(), z.discriminatedUnion('kind', [goModule, url, debian, debianClosure])),
});
