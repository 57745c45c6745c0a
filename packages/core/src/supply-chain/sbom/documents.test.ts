import { describe, expect, test } from 'vitest';
import { schemaErrors } from '../../../../../test/support/published-schemas.ts';
import { testBom } from '../../../../../test/support/test-bom.ts';
import { prettyJson, type JsonObject } from '../../model/json.ts';
import type { Bom, BomPartKind } from './bom.ts';
import { cycloneDx } from './cyclonedx.ts';
import { spdx } from './spdx.ts';

const KINDS: readonly BomPartKind[] = ['release', 'deb', 'rpm', 'image', 'program', 'file', 'module'];

describe.each([
  { schema: 'CycloneDX 1.6', write: cycloneDx, golden: 'agent.cdx.json', named: 'serialNumber' },
  { schema: 'SPDX 2.3', write: spdx, golden: 'agent.spdx.json', named: 'documentNamespace' },
] as const)('a document in $schema', ({ schema, write, golden, named }) => {
  test('is what its golden file says', async () => {
    await expect(prettyJson(write(testBom()))).toMatchFileSnapshot(`../../../../../test/goldens/sbom/${golden}`);
  });

  test('passes the published schema', () => {
    expect(schemaErrors(schema, write(testBom()))).toEqual([]);
  });

  test.each(KINDS)('of a subject of kind %s passes it too', (kind) => {
    expect(schemaErrors(schema, write(only({ id: 'x', kind, name: 'x' })))).toEqual([]);
  });

  test('that breaks the schema is found, so that passing it says something', () => {
    const broken = { ...write(testBom()), [schema === 'SPDX 2.3' ? 'packages' : 'components']: [{ name: 1 }] };
    expect(schemaErrors(schema, broken)).not.toEqual([]);
  });

  test('has one name for one content', () => {
    const name = (bom: Bom): unknown => write(bom)[named];
    const other = testBom();
    expect(name(testBom())).toBe(name(testBom()));
    expect(name({ ...other, date: '2026-11-22T00:00:00Z' })).not.toBe(name(other));
  });
});

describe('in SPDX', () => {
  test('names that differ in what an identifier cannot hold stay apart', () => {
    const parts = ['a/b', 'a_b', 'a-b', 'ä'].map((name) => ({ id: name, kind: 'module' as const, name }));
    const { packages } = spdx({ ...testBom(), parts }) as { packages: readonly { SPDXID: string }[] };
    const ids = packages.map(({ SPDXID }) => SPDXID);
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
  });

  test('what is not known is said not to be', () => {
    const { packages } = spdx(only({ id: 'x', kind: 'module', name: 'x' })) as { packages: readonly JsonObject[] };
    expect(packages[0]).toMatchObject({ licenseDeclared: 'NOASSERTION', supplier: 'NOASSERTION' });
  });
});

function only(subject: Bom['subject']): Bom {
  return { ...testBom(), subject, parts: [] };
}
