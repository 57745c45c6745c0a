import { z } from 'zod';
import { isRepositoryPath, isTag } from '../model/image-reference.ts';
import type { DebianSource } from '../model/source.ts';
import type { Compression } from '../model/target.ts';
import type { Component } from './component.ts';
import { Element } from './element.ts';
import { accountSchema, type ImageUser } from './image-user.ts';
import { packagedFileSchema } from './package-files.ts';
import type { PackagedFiles } from './package.ts';
import { lineSchema, sourceSchema } from './schemas.ts';

/** What a layer of an image holds: a component's binaries, or a Debian package with all that it depends on. */
export type ImageContent = Component | ImageComponent | DebianSource;

/** A component whose binaries go to another directory than `/usr/bin`. */
export interface ImageComponent {
  readonly component: Component;
  /** @default '/usr/bin' */
  readonly binaries?: string;
}

/** Settings of an {@link Image}. */
export interface ImageProps {
  /** What it is made of. All Debian packages together are one layer, each component is one. @default only `files` */
  readonly layers?: readonly ImageContent[];
  /** Who its programs run as: a number above 0, `0` for root, or a user with a name. @default 65532, called nonroot */
  readonly user?: number | ImageUser;
  /** The program and its first arguments. @default the first component's program: that of its name, or its only one */
  readonly entrypoint?: readonly string[];
  /** Arguments that a pod's `args` replace. @default none */
  readonly cmd?: readonly string[];
  /** @default PATH */
  readonly env?: Readonly<Record<string, string>>;
  /** Beside those that say what it is and who made it. */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default '/' */
  readonly workingDir?: string;
  /** Files by destination, in a layer of their own; they replace those of other layers. @default none */
  readonly files?: PackagedFiles;
  /** Symbolic links by destination: what each points to. @default none */
  readonly links?: Readonly<Record<string, string>>;
  /** The repository in the distribution's registry. @default the first component's name, else the construct's id */
  readonly name?: string;
  /** @default the first component's version, else the distribution's */
  readonly tag?: string;
  /** Of the layers; every container runtime for Kubernetes reads zstd. @default 'zstd' */
  readonly compression?: Compression;
}

const absolute = z.string().regex(/^\/[^\u0000-\u001f\u007f]*$/, 'must be an absolute path');
const component = z.custom<Component>(isComponent, 'must be a Component');
const texts: z.ZodType<readonly string[]> = z.array(z.string().regex(/^[^\0]*$/, 'must not hold a NUL'));

/** The most layers that runtimes put on top of each other, less what is added here. */
const MAX_LAYERS = 100;

const debianSource = sourceSchema.refine(({ kind }) => kind === 'debian', 'must be a Component or debian(…)');
const placed = z.strictObject({ component, binaries: absolute.exactOptional() });

/** Which of the three it is decides what is said of it. */
const content: z.ZodType<ImageContent> = z.unknown().superRefine((value, context) => {
  if (isComponent(value)) return;
  for (const issue of (isPlaced(value) ? placed : debianSource).safeParse(value).error?.issues ?? []) {
    context.addIssue({ ...issue });
  }
}) as z.ZodType<ImageContent>;

/** Accepts {@link ImageProps}. */
export const imageSchema: z.ZodType<ImageProps> = z.strictObject({
  layers: z.array(content).max(MAX_LAYERS).exactOptional(),
  user: accountSchema.exactOptional(),
  entrypoint: texts.exactOptional(),
  cmd: texts.exactOptional(),
  env: z
    .record(z.string().regex(/^[^=\0]+$/, 'must be the name of a variable'), z.string().regex(/^[^\0]*$/))
    .exactOptional(),
  labels: z.record(lineSchema, z.string()).exactOptional(),
  workingDir: absolute.exactOptional(),
  files: z.record(z.string(), packagedFileSchema).exactOptional(),
  links: z.record(z.string(), lineSchema).exactOptional(),
  name: z.string().refine(isRepositoryPath, 'must be a repository such as coredns or tools/agent').exactOptional(),
  tag: z.string().refine(isTag, 'must be an image tag such as v1.14.2').exactOptional(),
  compression: z.enum(['gzip', 'zstd']).exactOptional(),
});

/** True for a component, whichever copy of the library made it. */
export function isComponent(value: unknown): value is Component {
  return Element.isElement(value) && value.role === 'component';
}

function isPlaced(value: unknown): value is ImageComponent {
  return typeof value === 'object' && value !== null && 'component' in value;
}

/** The components of an image, each with the directory of its binaries. */
export function componentsOf({ layers = [] }: ImageProps): readonly Required<ImageComponent>[] {
  return layers.flatMap((layer) => {
    if (isComponent(layer)) return [{ component: layer, binaries: '/usr/bin' }];
    return isPlaced(layer) ? [{ binaries: '/usr/bin', ...layer }] : [];
  });
}

/** The Debian packages of an image. */
export function debianSourcesOf({ layers = [] }: ImageProps): readonly DebianSource[] {
  return layers.filter((layer): layer is DebianSource => 'kind' in layer && layer.kind === 'debian');
}
