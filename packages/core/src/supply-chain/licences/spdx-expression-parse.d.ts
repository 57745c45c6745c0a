declare module 'spdx-expression-parse' {
  /** Throws for what is no SPDX licence expression of listed identifiers. */
  function parse(expression: string): unknown;
  export = parse;
}
