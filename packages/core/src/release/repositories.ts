import { ARCHES } from '../model/arch.ts';
import { blobOf, type StepOutputs } from '../build/build-result.ts';
import { sha256Of } from '../model/digest.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import { collect, type Blob } from '../model/bytes.ts';
import type { OpenPgpSigner } from '../model/signer.ts';
import { formatsOf, type PackageFormat, type TargetName } from '../model/target.ts';
import type { PackageStep, Plan } from '../plan/document.ts';
import { describeDeb, type AptPackage } from '../repos/apt/apt-package.ts';
import { changeAptRepository } from '../repos/apt/change-apt-repository.ts';
import type { RepoChange, RepoReader } from '../repos/repo-change.ts';
import { changeYumRepository } from '../repos/yum/change-yum-repository.ts';
import { describeRpm, type YumPackage } from '../repos/yum/yum-package.ts';
import type { BlobId, Store } from '../store/store.ts';
import type { ReleaseContent } from './contents.ts';
import { aptSuiteOf, yumRepositoryOf } from './repository-options.ts';

/** What {@link repositoryContents} takes. */
export interface RepositoriesOptions {
  readonly store: Store;
  readonly signer?: OpenPgpSigner | undefined;
}

/** Part of the key of what is kept: counted up when packages are described in another way. */
const RECIPE = 1;
const DESCRIPTION_LIMIT = 1 << 28;

/** A new repository: there is nothing to add to. */
const EMPTY: RepoReader = { read: async () => undefined };
/** What only publishers read of a repository. */
const NOT_PUBLISHED = /(^|\/)generations\.json$/u;

/** The repositories of a release, `repos/apt` and `repos/yum`, with its packages and nothing else. */
export async function repositoryContents(
  plan: Plan,
  outputs: ReadonlyMap<string, StepOutputs>,
  { store, signer }: RepositoriesOptions,
): Promise<readonly ReleaseContent[]> {
  const { distro, steps } = plan;
  const packages = steps.filter((step) => step.kind === 'package');
  const made = (format: PackageFormat): readonly PackageStep[] => packages.filter((step) => step.format === format);
  const blob = (step: PackageStep): BlobId => blobOf(outputs, { step: step.id, output: 'package' });
  const describe = <T>(
    format: PackageFormat,
    work: (content: Blob, sha256: string) => Promise<T>,
  ): Promise<readonly T[]> => Promise.all(made(format).map((step) => described(store, format, blob(step), work)));
  const paths = new Map(packages.map((step) => [blob(step).sha256, step.path]));
  const contents: ReleaseContent[] = [];
  const add = async (root: string, change: RepoChange): Promise<void> => {
    contents.push(...(await contentsOf(root, change, { store, paths, path: distro.tree.path })));
  };
  if (made('deb').length > 0) {
    const debs = await describe<AptPackage>('deb', (content, sha256) => describeDeb(content, { sha256 }));
    const architectures = distro.arches.map(({ name }) => ARCHES[name].deb);
    await add('repos/apt', await changeAptRepository(EMPTY, debs, { ...aptSuiteOf(distro), architectures, signer }));
  }
  if (made('rpm').length > 0) {
    const rpms = await describe<YumPackage>('rpm', (content, sha256) => describeRpm(content, { sha256 }));
    const compression = formatsOf(distro.targets as readonly TargetName[]).get('rpm') ?? 'gzip';
    await add('repos/yum', await changeYumRepository(EMPTY, rpms, { ...yumRepositoryOf(distro), compression, signer }));
  }
  return contents;
}

/** What a repository says of a package, kept by the package's digest. */
async function described<T>(
  store: Store,
  format: PackageFormat,
  id: BlobId,
  work: (content: Blob, sha256: string) => Promise<T>,
): Promise<T> {
  const keyed = canonicalJson({ recipe: RECIPE, describe: format, sha256: id.sha256 });
  const key = sha256Of(keyed);
  const known = (await store.tryFindAction(key))?.outputs['description'];
  if (known !== undefined) {
    const text = await collect((await store.findBlob(known)).read(), DESCRIPTION_LIMIT);
    return JSON.parse(Buffer.from(text).toString()) as T;
  }
  const made = await work(await store.findBlob(id), id.sha256);
  const outputs = { description: await store.put(canonicalJson(made as unknown as Json)) };
  await store.saveAction({ key, keyed, stepId: `describe ${format}`, ms: 0, outputs });
  return made;
}

async function contentsOf(
  root: string,
  { pool, indexes, entries }: RepoChange,
  options: { readonly store: Store; readonly paths: ReadonlyMap<string, string>; readonly path: string },
): Promise<readonly ReleaseContent[]> {
  const { store, paths, path } = options;
  const contents: ReleaseContent[] = pool.map(({ path: file, sha256, size }) => ({
    file: `${root}/${file}`,
    path: paths.get(sha256) ?? path,
    sha256,
    size,
  }));
  for (const { path: file, content } of [...indexes, ...entries]) {
    if (NOT_PUBLISHED.test(file)) continue;
    contents.push({ file: `${root}/${file}`, path, ...(await store.put(content)) });
  }
  return contents;
}
