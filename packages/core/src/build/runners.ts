import type { Runners } from './runner.ts';

/**
 * The runners of this machine: compilers are processes of their own, the rest runs in this one. Each is loaded when its
 * first step runs, so that a build which finds everything in the store loads none of them.
 */
export function createRunners(): Runners {
  return {
    file: async (...args) => (await import('./run-file.ts')).runFile(...args),
    url: async (...args) => (await import('./run-url.ts')).runUrl(...args),
    debian: async (...args) => (await import('./run-debian.ts')).runDebian(...args),
    extract: async (...args) => (await import('./run-extract.ts')).runExtract(...args),
    'go-build': async (...args) => (await import('./run-go-build.ts')).runGoBuild(...args),
    'c-build': async (...args) => (await import('./run-c-build.ts')).runCBuild(...args),
    'go-licences': async (...args) => (await import('./run-go-licences.ts')).runGoLicences(...args),
    'debian-licences': async (...args) => (await import('./run-debian-licences.ts')).runDebianLicences(...args),
    package: async (...args) => (await import('./run-package.ts')).runPackage(...args),
    layer: async (...args) => (await import('./run-layer.ts')).runLayer(...args),
    image: async (...args) => (await import('./run-image.ts')).runImage(...args),
    'image-index': async (...args) => (await import('./run-image-index.ts')).runImageIndex(...args),
    keyring: async (...args) => (await import('./run-keyring.ts')).runKeyring(...args),
    manifests: async (...args) => (await import('./run-manifests.ts')).runManifests(...args),
    installer: async (...args) => (await import('./run-installer.ts')).runInstaller(...args),
  };
}
