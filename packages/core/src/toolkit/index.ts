/** The operations behind the command line, for programs that build, check or read releases. None of them prints. */
export type { AppOptions, BuildOptions } from './app-options.ts';
export { bundle, type BundleOptions, type BundleResult } from './bundle.ts';
export { collectGarbage, type CollectGarbageOptions } from './collect-garbage.ts';
export { doctor, type DoctorOptions, type Finding } from './doctor.ts';
export { load, type LoadOptions, type LoadResult } from './load.ts';
export { lockApp, type LockResult, updateApp, type UpdateOptions } from './lock-app.ts';
export { openRelease, type OpenedRelease, type OpenReleaseOptions } from './open-release.ts';
export { outdated } from './outdated.ts';
export { planApp, type PlannedApp } from './plan-app.ts';
export { publish, type PublishOptions, type PublishResult } from './publish.ts';
export { readTree } from './read-tree.ts';
export { defaultStoreDir } from './store-dir.ts';
export { synth, type SynthOptions, type SynthResult } from './synth.ts';
export { verify, type VerifyOptions } from './verify.ts';

export { isOciAddress } from '../model/image-reference.ts';
export { type Environment, type Signers, signersFrom } from '../supply-chain/signing/signer-settings.ts';
export type { StepForecast } from '../build/forecast.ts';
export type { LockChange } from '../lock/changes.ts';
export type { Outdated, OutdatedSource } from '../lock/outdated.ts';
export { ARCH_NAMES, tryArchOfNode, type ArchName } from '../model/arch.ts';
export { nearest } from '../model/nearest.ts';
export { silent, type ProgressEvent, type Reporter } from '../model/progress.ts';
export type { TreeNode } from '../model/tree-node.ts';
export type { Plan } from '../plan/document.ts';
export type { Release } from '../release/document.ts';
export { explain, type ConstructExplanation, type Explanation, type FileExplanation } from '../release/explain.ts';
export { readRelease } from '../release/read-release.ts';
