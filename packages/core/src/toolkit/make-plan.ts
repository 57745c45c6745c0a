import { checkTree } from '../constructs/check-tree.ts';
import type { App } from '../constructs/app.ts';
import type { Distro } from '../constructs/distro.ts';
import { treeOf } from '../constructs/tree.ts';
import { assertNoProblems, DistroError, problemsOf, type Problem } from '../errors/distro-error.ts';
import type { Declaration } from '../lock/declaration.ts';
import type { Lock } from '../lock/schema.ts';
import type { ArchName } from '../model/arch.ts';
import { compareText } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import type { Sha256 } from '../model/digest.ts';
import { formatsOf } from '../model/target.ts';
import type { Plan } from '../plan/document.ts';
import { PlanAssembler } from '../plan/plan-assembler.ts';
import { hashFile } from '../sources/hash-file.ts';
import { withFsErrors } from '../store/fs-error.ts';
import { distroDeclarations, planElements, planNamedImages } from './declarations.ts';
import { selectDistro } from './select-distro.ts';

/** What {@link makePlan} takes. */
export interface MakePlanOptions {
  /** The directory of the app: what `file` sources are relative to. */
  readonly appDir: string;
  /** Undefined when there is no lock file: every source from outside is then a problem. */
  readonly lock: Lock | undefined;
  /** The distribution, for an app that has several. */
  readonly distro?: string;
  /** Plan these architectures only. @default all of the distribution's */
  readonly arches?: readonly ArchName[];
  /** Plan these construct paths only, and what they need. @default all */
  readonly only?: readonly string[];
  /** Seconds since 1970, as the environment variable SOURCE_DATE_EPOCH gives them. */
  readonly sourceDateEpoch?: string;
}

/**
 * The plan of a distribution. Same tree, same lock, same files, same options: same plan.
 *
 * @throws ProblemsError with every problem of the tree, the lock and the plan.
 */
export async function makePlan(app: App, options: MakePlanOptions): Promise<Plan> {
  const distro = selectDistro(app, options.distro);
  const arches = selectArches(distro, options.arches);
  const only = selectPaths(distro, options.only ?? []);
  const treeProblems = checkTree(distro);
  const files = await readFiles(options.appDir, distroDeclarations(distro, arches));
  const assembler = new PlanAssembler({
    lock: options.lock,
    date: releaseDate(distro, options),
    arches,
    formats: formatsOf(distro.targets ?? []),
    files,
  });
  const thrown = planElements(distro, assembler, only);
  planNamedImages(distro, assembler);
  const { plan, problems } = assembler.finish(treeOf(distro));
  const found = distinct([
    ...treeProblems,
    ...problems.filter((problem) => !isConsequence(problem, treeProblems, distro.node.path)),
  ]);
  // What a construct throws while others are wrong is most likely their consequence; alone it is the cause.
  const own =
    found.length > 0
      ? []
      : thrown.flatMap(({ path, error }) => problemsOf(error).map((problem) => ({ path, ...problem })));
  assertNoProblems([...found, ...own]);
  return plan;
}

/** That the sources of a construct which is wrong itself are not locked follows from that. */
function isConsequence({ code, path = '' }: Problem, treeProblems: readonly Problem[], root: string): boolean {
  if (!code.startsWith('SOURCE_')) return false;
  return treeProblems.some(
    (wrong) => wrong.path !== root && (wrong.path === path || path.startsWith(`${wrong.path}/`)),
  );
}

function selectArches(distro: Distro, wanted: readonly ArchName[] | undefined): readonly ArchName[] {
  const known = distro.archNames;
  const unknown = wanted?.find((arch) => !known.includes(arch));
  if (unknown !== undefined) {
    throw new DistroError('ARCH_UNSUPPORTED', `${distro.name} has no architecture ${unknown}`, {
      path: distro.node.path,
      hint: `it has ${known.join(', ')}; another is added with: new Arch(this, '${unknown}')`,
    });
  }
  return wanted === undefined ? known : known.filter((arch) => wanted.includes(arch));
}

function selectPaths(distro: Distro, wanted: readonly string[]): readonly string[] {
  const paths = distro.node.findAll().map((construct) => construct.node.path);
  return wanted.map((text) => {
    const path = paths.find((candidate) => candidate === text || candidate === `${distro.node.path}/${text}`);
    if (path !== undefined) return path;
    const near = nearest(text, paths) ?? nearest(`${distro.node.path}/${text}`, paths);
    throw new DistroError('USAGE', `there is no construct ${text}`, {
      hint: near === undefined ? 'distrokit tree' : `did you mean ${near}?`,
    });
  });
}

function releaseDate(distro: Distro, { sourceDateEpoch, lock }: MakePlanOptions): string {
  if (typeof distro.props.date === 'string') return distro.props.date;
  if (sourceDateEpoch !== undefined && sourceDateEpoch !== '') return epochDate(sourceDateEpoch);
  return lock?.date ?? '1970-01-01T00:00:00Z';
}

/** The last second that every format of a release can hold: an rpm's times are unsigned 32 bits. */
const LATEST_EPOCH = 0xffff_ffff;

function epochDate(text: string): string {
  const seconds = Number(text);
  if (!/^\d{1,10}$/.test(text) || seconds > LATEST_EPOCH) {
    throw new DistroError(
      'USAGE',
      `SOURCE_DATE_EPOCH is ${JSON.stringify(text)}, which is not a number of seconds since 1970`,
      {
        hint: 'set it to a whole number, as `date +%s` prints it, or unset it',
      },
    );
  }
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

async function readFiles(
  appDir: string,
  declarations: readonly Declaration[],
): Promise<Map<string, { sha256: Sha256; size: number } | undefined>> {
  const names = new Map<string, string>();
  for (const { path, source } of declarations) if (source.kind === 'file') names.set(source.path, path);
  const sorted = [...names].sort(([a], [b]) => compareText(a, b));
  const found = await Promise.all(
    sorted.map(async ([name, path]) => [name, await readFile(appDir, name, path)] as const),
  );
  return new Map(found);
}

/** A file that cannot be read is an error of the construct that declares it. */
async function readFile(appDir: string, name: string, path: string): ReturnType<typeof hashFile> {
  try {
    return await withFsErrors(name, () => hashFile(appDir, name));
  } catch (error) {
    if (!(error instanceof DistroError)) throw error;
    throw new DistroError(error.code, error.message, { path, hint: error.hint, cause: error });
  }
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [
    ...new Map(
      problems.map((problem) => [`${problem.code} ${problem.path ?? ''} ${problem.message}`, problem]),
    ).values(),
  ];
}
