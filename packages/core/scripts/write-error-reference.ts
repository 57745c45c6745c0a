import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ERROR_CODES } from '../src/errors/codes.ts';

/** Where the page is. */
export const ERROR_REFERENCE_FILE = fileURLToPath(new URL('../../../docs/reference/errors.md', import.meta.url));

/** The page that explains every error code, in the order of the table. */
export function errorReference(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return `# Error codes

Every error of distrokit has one of these codes. They are stable: a program may rely on them. With \`--json\` an error is
an object with \`code\`, \`message\`, and where there is one \`path\` (the construct it belongs to) and \`hint\` (what to do).

| code | meaning |
|---|---|
${rows.join('\n')}

This page is made from \`packages/core/src/errors/codes.ts\` by \`npm run docs\`.
`;
}

if (import.meta.main) writeFileSync(ERROR_REFERENCE_FILE, errorReference());
