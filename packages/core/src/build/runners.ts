import { runCBuild } from './run-c-build.ts';
import { runDebian } from './run-debian.ts';
import { runExtract } from './run-extract.ts';
import { runFile } from './run-file.ts';
import { runGoBuild } from './run-go-build.ts';
import { runInstaller } from './run-installer.ts';
import { runManifests } from './run-manifests.ts';
import { runPackage } from './run-package.ts';
import { runUrl } from './run-url.ts';
import type { Runners } from './runner.ts';

/** The runners of this machine: compilers are processes of their own, the rest runs in this one. */
export function createRunners(): Runners {
  return {
    file: runFile,
    url: runUrl,
    debian: runDebian,
    extract: runExtract,
    'go-build': runGoBuild,
    'c-build': runCBuild,
    package: runPackage,
    manifests: runManifests,
    installer: runInstaller,
  };
}
