/** The public surface for programs that define a distribution, and for authors of constructs. */
import './program.ts';

export { ERROR_CODES, type ErrorCode } from './errors/codes.ts';
export {
  DistroError,
  ProblemsError,
  problemsOf,
  type DistroErrorOptions,
  type Problem,
} from './errors/distro-error.ts';

export { ARCH_NAMES, type ArchName } from './model/arch.ts';
export {
  cProgram,
  debian,
  file,
  goModule,
  url,
  type CProgramOptions,
  type GoModuleOptions,
  type UrlOptions,
} from './model/declare-source.ts';
export type { Json, JsonObject } from './model/json.ts';
export { STATIC_PODS, type KubeadmSettings, type StaticPod } from './installers/kubeadm/settings.ts';
export { KERNEL_COMPONENTS, type KernelComponentName, type KernelSource } from './model/kernel.ts';
export { kubernetes, type UpstreamOptions } from './model/kubernetes-source.ts';
export type { Advisory, AdvisoryReference } from './model/advisory.ts';
export { aptSources, type AptSourcesOptions } from './model/apt-sources.ts';
export { yumRepoFile, type YumRepoFileOptions } from './model/yum-repo-file.ts';
export type { SigningCertificate, SigningPolicy } from './model/signing-policy.ts';
export type { LintOverride, PackageRelations, PackageScripts, PackageUnit } from './model/package-spec.ts';
export type {
  CgoOptions,
  CSource,
  DebianSource,
  FileSource,
  GoModuleSource,
  Source,
  UrlSource,
} from './model/source.ts';
export { TARGET_NAMES, type PackageFormat, type TargetName } from './model/target.ts';

export { AddOn, type AddOnProps } from './constructs/add-on.ts';
export { App } from './constructs/app.ts';
export { Arch, type ArchProps } from './constructs/arch.ts';
export { Component, type ComponentProps } from './constructs/component.ts';
export { Distro, type DistroProps, type Vendor } from './constructs/distro.ts';
export { Driver, type DriverKind, type DriverProps } from './constructs/driver.ts';
export { Element, type ElementRole } from './constructs/element.ts';
export { goOverrides, type GoOverridesOptions } from './constructs/go-overrides.ts';
export { modeOverrides } from './constructs/mode-overrides.ts';
export { Image } from './constructs/image.ts';
export type { ImageComponent, ImageContent, ImageProps } from './constructs/image-props.ts';
export type { ImageUser } from './constructs/image-user.ts';
export { Installer } from './constructs/installer.ts';
export { Kernel, type KernelProps } from './constructs/kernel.ts';
export {
  binary,
  config,
  directory,
  ghost,
  keyring,
  local,
  symlink,
  text,
  type BinaryOptions,
  type ConfigOptions,
  type FileOptions,
  type PackagedFile,
} from './constructs/package-files.ts';
export { Keyring, type KeyringProps } from './constructs/keyring.ts';
export {
  Package,
  type PackageChange,
  type PackagedFiles,
  type PackageProps,
  type PerFormat,
} from './constructs/package.ts';
export { Patch, patch, type PatchProps, type PatchSource } from './constructs/patch.ts';
export { systemd, sysuser, unit, type Service, type ServiceOptions, type SystemUser } from './constructs/systemd.ts';
export type { ImageRequest, LayerRequest, PackageRequest, PlanBuilder, SourceOptions } from './plan/builder.ts';
