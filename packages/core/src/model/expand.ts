/** What placeholders stand for: `{version}` and `{arch}`, and `{url}` where a checksum's address is derived. */
export type Placeholders = Readonly<Partial<Record<'version' | 'arch' | 'url', string>>>;

/** Replaces `{version}`, `{arch}` and `{url}` in a declared text; one that has no value here stays as it is. */
export function expand(text: string, values: Placeholders): string {
  return text.replace(/\{(version|arch|url)\}/gu, (whole, name: keyof Placeholders) => values[name] ?? whole);
}
