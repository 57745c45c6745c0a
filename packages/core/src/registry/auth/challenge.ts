/** What a server asks for in `WWW-Authenticate`. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** By lower-case name. */
  readonly parameters: Readonly<Record<string, string>>;
}

const MAX_LENGTH = 8192;
const SCHEME = /[!#$%&'*+.^_`|~\w-]+/uy;
const PARAMETER = /[\s,]*([!#$%&'*+.^_`|~\w-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"=]+))[ \t]*(?=,|$)/uy;
const SEPARATOR = /[\s,]*/uy;

/** The challenges of a `WWW-Authenticate`, several joined by commas. What cannot be read ends the list. See RFC 9110, section 11.6.1. */
export function parseChallenges(header: string): Challenge[] {
  const text = header.slice(0, MAX_LENGTH);
  const challenges: Challenge[] = [];
  for (let at = 0; at < text.length;) {
    const gap = matchAt(SEPARATOR, text, at)?.[0].length ?? 0;
    const scheme = matchAt(SCHEME, text, at + gap)?.[0];
    if (scheme === undefined) break;
    at += gap + scheme.length;
    const parameters: Record<string, string> = {};
    for (let found = matchAt(PARAMETER, text, at); found !== undefined; found = matchAt(PARAMETER, text, at)) {
      const [whole, name = '', quoted, plain = ''] = found;
      parameters[name.toLowerCase()] ??= quoted?.replaceAll(/\\(.)/gu, '$1') ?? plain;
      at += whole.length;
    }
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
  }
  return challenges;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
