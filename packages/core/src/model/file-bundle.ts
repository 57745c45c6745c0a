/** Many small text files as one value: name to text. As the content of a step output it is canonical JSON. */
export type FileBundle = Readonly<Record<string, string>>;
