import { sha256Of } from '../../model/digest.ts';
import { licenceExpression } from './licence-expression.ts';
import { EXPLANATIONS, LICENCE_TEXTS, TITLE, type LicenceText } from './licence-texts.ts';

/**
 * The SPDX expression of software by the texts of its licence files. Only texts that are known word for word count, and
 * every word of every file must be accounted for: undefined is the answer to anything else, never a guess. Several
 * licences all apply (`AND`) where no file says with an SPDX identifier how they go together.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
export function detectLicence(files: readonly string[]): string | undefined {
  const declared = files.flatMap((text) => declaredIn(text) ?? []);
  if (declared.length > 0) return declared.length === 1 ? declared[0] : undefined;
  const found = files.map(licencesIn);
  if (found.length === 0 || found.includes(undefined)) return undefined;
  return licenceExpression(found.flatMap((licences) => [...(licences ?? [])]));
}

/** What a file says in a line of its own. */
function declaredIn(text: string): string | undefined {
  const [, expression] = /^\W*SPDX-License-Identifier:[ \t]*([\w .()+-]+?)\W*$/im.exec(text) ?? [];
  return expression === undefined ? undefined : licenceExpression([expression]);
}

/** The licences whose texts a file consists of. */
function licencesIn(text: string): ReadonlySet<string> | undefined {
  const licences = new Set<string>();
  let rest = wordsOf(text);
  for (const known of LICENCE_TEXTS) {
    for (let cut = cutOut(rest, known); cut !== undefined; cut = cutOut(rest, known)) {
      const licence = known.fingerprints[cut.fingerprint];
      if (licence === undefined) return undefined;
      if (licence !== '') licences.add(licence);
      rest = cut.rest;
    }
  }
  return licences.size > 0 && isSilent(rest) ? licences : undefined;
}

/** Takes one text of a family out of the words of a file. */
function cutOut(words: string, { begin, end, variable = [] }: LicenceText): Cut | undefined {
  const from = words.indexOf(begin);
  if (from === -1) return undefined;
  const ends = end.flatMap((phrase) => {
    const at = words.indexOf(phrase, from);
    return at === -1 ? [] : [at + phrase.length];
  });
  if (ends.length === 0) return undefined;
  const to = Math.min(...ends);
  const text = variable.reduce((changed, [pattern, same]) => changed.replace(pattern, same), words.slice(from, to));
  return { fingerprint: sha256Of(text), rest: `${words.slice(0, from)}${words.slice(to).trimStart()}` };
}

interface Cut {
  readonly fingerprint: string;
  /** The other words. */
  readonly rest: string;
}

/** True for words that say nothing about the terms: titles, or which files a text is for. */
function isSilent(words: string): boolean {
  const rest = words.replaceAll(TITLE, ' ').replaceAll(/\s+/g, ' ').trim();
  return rest === '' || EXPLANATIONS.has(sha256Of(rest));
}

const COPYRIGHT_LINE =
  /^\W*(?:portions |parts )?(?:copyright|\(c\)|©)(?=.*(?:\(c\)|©|\d{4}|[[{<](?:yyyy|year)|authors)).*$/gimu;

/**
 * The words of a text in lower case: without notices of copyright, punctuation, addresses' schemes, and what numbers
 * lists, all of which may differ between copies of one licence.
 */
function wordsOf(text: string): string {
  const letters = text
    .replaceAll(COPYRIGHT_LINE, ' ')
    .toLowerCase()
    .replaceAll(/https?:|all rights reserved/g, ' ');
  return letters
    .split(/[^a-z0-9]+/u)
    .filter((word) => !/^(?:|[a-z]|\d{1,2})$/.test(word))
    .join(' ');
}
