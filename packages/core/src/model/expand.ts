/**
 * What placeholders stand for: `{version}` and `{arch}` of the component, `{date}` of the release (as
 * `2026-11-21T00:00:00Z`), and `{url}` where a checksum's address is derived from a file's.
 */
export type Placeholders = Readonly<Partial<Record<'version' | 'arch' | 'date' | 'url', string>>>;

/** Replaces `{version}`, `{arch}`, `{date}` and `{url}` in a declared text; one that has no value here stays as it is. */
export function expand(text: string, values: Placeholders): string {
  return text.replace(/\{(version|arch|date|url)\}/gu, (whole, name: keyof Placeholders) => values[name] ?? whole);
}
