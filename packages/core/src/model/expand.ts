/**
 * What placeholders stand for: `{version}` and `{arch}` of the component, and `{url}` where a checksum's
 * address is derived from a file's.
 */
export type Placeholders = Readonly<Partial<Record<'version' | 'arch' | 'url', string>>>;

/** Replaces `{version}`, `{arch}` and `{url}` in a declared text; one that has no value here stays as it is. */
export function expand(text: string, values: Placeholders): string {
  return text.replace(/\{(version|arch|url)\}/gu, (whole, name: keyof Placeholders) => values[name] ?? whole);
}
