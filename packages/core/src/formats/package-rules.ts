import type { ErrorCode } from '../errors/codes.ts';
import { problemsOf } from '../errors/distro-error.ts';
import type { Problem } from '../errors/distro-error.ts';
import { ARCH_NAMES } from '../model/arch.ts';
import type { PackageSpec } from '../model/package-spec.ts';
import type { PackageFormat } from '../model/target.ts';
import { DEB_RULES } from './deb/rules.ts';
import { fileProblems } from './file-rules.ts';
import type { FamilyRules } from './family-rules.ts';
import { listFiles } from './layout.ts';
import { fileListProblems } from './package-path.ts';
import { parseSysusers } from './sysusers.ts';
import { RPM_RULES } from './rpm-rules.ts';
import { lineFault, textFault } from './text-rules.ts';

const RULES: Readonly<Record<PackageFormat, FamilyRules>> = { deb: DEB_RULES, rpm: RPM_RULES };

const UNIT = /^[A-Za-z0-9:_.\\-]+@?\.(?:automount|mount|path|scope|service|slice|socket|swap|target|timer)$/;
/** The largest time that a header of both formats holds. */
const DATE_MAX = 0xffff_ffff;

/**
 * Everything that is wrong with a package before it is written, for one family: name, version, relations, paths, modes
 * and every text that ends up in a field or a file. A package without a problem can be written. Does not read content.
 */
export function checkPackage(spec: PackageSpec<unknown>, format: PackageFormat): readonly Problem[] {
  const rules = RULES[format];
  const problems = [
    ...identityProblems(spec, rules),
    ...textProblems(spec),
    ...relationProblems(spec, rules),
    ...declarationProblems(spec),
    ...spec.files.flatMap((file) => fileProblems(file)),
    ...fileListProblems(listFiles<unknown>(spec, format, () => undefined)),
  ];
  return problems.map(withHint);
}

/** What to do about a problem that does not say it itself. */
const HINTS: Partial<Readonly<Record<ErrorCode, string>>> = {
  NAME_INVALID: 'use lower-case letters, digits and -, such as node-agent',
  VERSION_INVALID: 'write a version like 1.36.3 and a release like 1',
  TEXT_INVALID: 'write it as plain text, and on one line where the field is one line',
  PATH_INVALID: 'write the path in full and plain, such as /usr/lib/node-agent/data',
};

function withHint(found: Problem): Problem {
  const hint = found.hint ?? HINTS[found.code];
  return hint === undefined ? found : { ...found, hint };
}

function identityProblems(spec: PackageSpec<unknown>, rules: FamilyRules): readonly Problem[] {
  const problems: Problem[] = [];
  const name = rules.nameFault(spec.name);
  if (name !== undefined) problems.push({ code: 'NAME_INVALID', message: `package name ${quote(spec.name)} ${name}` });
  problems.push(...rules.versionProblems(spec));
  if (spec.arch !== 'all' && !ARCH_NAMES.includes(spec.arch)) {
    problems.push({ code: 'ARCH_UNSUPPORTED', message: `package architecture ${quote(spec.arch)} is not a known one` });
  }
  if (!Number.isInteger(spec.date) || spec.date < 0 || spec.date > DATE_MAX) {
    problems.push({
      code: 'FORMAT_LIMIT',
      message: `package date ${spec.date} is not whole seconds from 0 to ${DATE_MAX}`,
    });
  }
  return problems;
}

function textProblems(spec: PackageSpec<unknown>): readonly Problem[] {
  const { summary, license, homepage, vendor, maintainer, section } = spec;
  const lines = { summary, license, homepage, vendor, maintainer, section };
  const problems = Object.entries(lines).flatMap(([field, text]) =>
    problem('TEXT_INVALID', field, text, lineFault(text)),
  );
  const texts = { description: spec.description, copyright: spec.copyright };
  for (const [field, text] of Object.entries(texts))
    problems.push(...problem('TEXT_INVALID', field, text, textFault(text)));
  for (const [name, body] of Object.entries<string>(spec.scripts as Readonly<Record<string, string>>)) {
    const fault = body.startsWith('#!') ? 'has a #! line; the writer adds it' : textFault(body);
    problems.push(...problem('TEXT_INVALID', `${name} script`, body, fault));
  }
  if (!/^[^<>]+ <[^<>\s]+@[^<>\s]+>$/.test(maintainer)) {
    problems.push({
      code: 'TEXT_INVALID',
      message: `maintainer ${quote(maintainer)} is not of the form "Name <email>"`,
    });
  }
  return problems;
}

function relationProblems(spec: PackageSpec<unknown>, rules: FamilyRules): readonly Problem[] {
  return Object.entries(spec.relations).flatMap(([kind, texts]) =>
    (texts as readonly string[]).flatMap((text) => rules.relationProblems(kind as keyof typeof spec.relations, text)),
  );
}

function declarationProblems(spec: PackageSpec<unknown>): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { name, text } of spec.units) {
    if (!UNIT.test(name))
      problems.push({ code: 'NAME_INVALID', message: `${quote(name)} is not the name of a systemd unit` });
    problems.push(...problem('TEXT_INVALID', `unit ${name}`, text, textFault(text)));
  }
  const each = (what: string, texts: readonly string[]): void => {
    for (const text of texts) problems.push(...problem('TEXT_INVALID', what, text, lineFault(text)));
  };
  problems.push(...sysusersProblems(spec.sysusers));
  each('tmpfiles line', spec.tmpfiles);
  if (spec.changelog.length === 0) problems.push({ code: 'TEXT_INVALID', message: 'the changelog has no entry' });
  for (const { version, author, changes, date } of spec.changelog) {
    each('changelog version', [version]);
    each('changelog author', [author]);
    each('change in the changelog', changes);
    if (Number.isInteger(date) && date >= 0 && date <= DATE_MAX) continue;
    problems.push({
      code: 'FORMAT_LIMIT',
      message: `changelog date ${date} is not whole seconds from 0 to ${DATE_MAX}`,
    });
  }
  for (const { tag, context, reason } of spec.overrides) {
    each('override', context === undefined ? [tag] : [tag, context]);
    problems.push(...problem('TEXT_INVALID', 'reason of an override', reason, textFault(reason)));
  }
  return problems;
}

function sysusersProblems(texts: readonly string[]): readonly Problem[] {
  return texts.flatMap((text) => {
    try {
      parseSysusers([text]);
      return [];
    } catch (error) {
      return problemsOf(error);
    }
  });
}

function problem(code: ErrorCode, field: string, text: string, fault: string | undefined): Problem[] {
  return fault === undefined ? [] : [{ code, message: `${field} ${quote(text)} ${fault}` }];
}

/** A value as it stands in a message: on one line, and not at full length. */
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
