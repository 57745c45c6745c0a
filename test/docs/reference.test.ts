import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { lockSchema } from '../../packages/core/src/lock/schema.ts';
import { planSchema } from '../../packages/core/src/plan/schema.ts';
import { releaseSchema } from '../../packages/core/src/release/schema.ts';
import { fencedBlocks } from './fenced-blocks.ts';

const PAGES = [
  ['lock', lockSchema],
  ['plan', planSchema],
  ['release', releaseSchema],
] as const;

const page = (name: string): string =>
  readFileSync(new URL(`../../docs/reference/${name}.md`, import.meta.url), 'utf8');

/** The names of all members anywhere in a JSON schema. */
function memberNames(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { readonly properties?: object };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(memberNames)];
}

describe.each(PAGES)('docs/reference/%s.md', (name, schema) => {
  test('explains every member of the document', () => {
    const members = [...new Set(memberNames(z.toJSONSchema(schema)))];
    const explained = page(name);

    expect(members).toContain('schemaVersion');
    expect(
      members.filter((member) => !explained.includes(`\`${member}\``) && !explained.includes(`"${member}"`)),
    ).toEqual([]);
  });
});

test('the example of a lock is one', () => {
  const [example] = fencedBlocks(page('lock'), 'json lock');

  expect(lockSchema.safeParse(JSON.parse(example?.text ?? ''))).toMatchObject({ success: true });
});
