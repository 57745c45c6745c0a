import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, type PackageFormat } from '@distrokit/core';
import { type ArchName, defaultStoreDir, type Release, synth, tryArchOfNode } from '@distrokit/core/toolkit';
import { Harbor, type HarborProps } from '../../examples/harbor/harbor.ts';

/** The directory of `examples/harbor`, with its lock. */
export const HARBOR_DIR: string = fileURLToPath(new URL('../../examples/harbor', import.meta.url));

/** A variant of Harbor to build. */
export interface HarborVariant extends Omit<HarborProps, 'arches'> {
  /** Construct paths below the distribution. @default everything */
  readonly only?: readonly string[];
}

/** A release of `examples/harbor` for this machine's architecture, in a directory that goes when it is disposed. */
export interface HarborRelease extends AsyncDisposable {
  readonly dir: string;
  readonly release: Release;
  /** The files of its packages of a format, by package name. */
  packages(format: PackageFormat): ReadonlyMap<string, string>;
  /** Unpacks one of its programs, such as `kubeadm`, from the deb that holds it. Returns where it is. */
  binary(name: string): string;
}

/**
 * Synthesises {@link HarborRelease}. What was built before comes from the user's own store, which takes a second; with
 * an empty one Kubernetes is compiled, which takes up to ten minutes.
 */
export async function harborRelease({ only, ...props }: HarborVariant = {}): Promise<HarborRelease> {
  const work = await mkdtemp(join(tmpdir(), 'distrokit-harbor-'));
  const app = new App();
  new Harbor(app, 'harbor', props);
  const dispose = (): Promise<void> => rm(work, { recursive: true, force: true });
  try {
    const dir = join(work, 'dist');
    const storeDir = defaultStoreDir(process.env);
    const { release } = await synth(app, { appDir: HARBOR_DIR, output: dir, storeDir, arches: [hostArch()], only });
    const packages = (format: PackageFormat): ReadonlyMap<string, string> =>
      new Map(
        release.packages.filter((made) => made.format === format).map(({ name, file }) => [name, join(dir, file)]),
      );
    return {
      dir,
      release,
      packages,
      binary: (name) => unpack(packages('deb'), name, work),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The architecture of this machine. */
export function hostArch(): ArchName {
  const arch = tryArchOfNode(process.arch);
  if (arch === undefined) throw new Error(`no architecture is known for ${process.arch}`);
  return arch;
}

function unpack(packages: ReadonlyMap<string, string>, name: string, work: string): string {
  const file = packages.get(name);
  if (file === undefined) throw new Error(`the release has no package ${name}: ${[...packages.keys()].join(', ')}`);
  execFileSync('dpkg-deb', ['--extract', file, join(work, name)]);
  return join(work, name, 'usr/bin', name);
}
