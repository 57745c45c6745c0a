import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseManifests } from '../../packages/core/src/manifests/parse.ts';
import { toYaml } from '../../packages/core/src/manifests/yaml.ts';
import type { Json, JsonObject } from '../../packages/core/src/model/json.ts';
import { harborRelease, type HarborRelease } from '../support/harbor.ts';
import { requireTools } from '../support/tools.ts';

/** Written plain, each of these is something else than a text to some reader, or not YAML. */
const TRAPS: readonly string[] = [
  'yes No on OFF y N true null ~ << = .nan .inf 0 -1 +1 007 0o17 0x1F 0b11 1e3 e2 1.5 .5 1_000 1. 08 12:30:45 . .. -'.split(
    ' ',
  ),
  "2001-12-14 \u0085 \u00a0 \ufeff \u0007 \u007f it's \\d {a} [a] *a &a !a".split(' '),
  [
    '',
    ' ',
    '\t',
    '\n',
    '\n\n',
    'a: b',
    'a #b',
    '- a',
    '--- a',
    ' a',
    'a ',
    'a\tb',
    '\ta\nb',
    ' a\nb',
    'a\n \nb',
    '\n a\n',
    'a\n\n',
  ],
  ['a\r\nb', 'a\n---\nb', 'a\u2028b', '😀\né', 'say "a"'],
].flat();

/** Plain scalars as people write them, with what kubectl makes of each. */
const PLAIN =
  'yes off 0777 0o17 0x1F 0b11 08 2001-12-14 12:30:45 1_000 190:20:30.15 e2 . 1e3 .5 1. +1 1_0.5 ~ null .5e1 1e-2 v1 1.2.3 0x 1__0'.split(
    ' ',
  );

const run = promisify(execFile);

describe.skipIf(requireTools('go', 'dpkg-deb'))("Harbor's kubectl", () => {
  let dir: string;
  let harbor: HarborRelease;
  let kubectl: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'distrokit-manifests-'));
    harbor = await harborRelease({ targets: ['debian12'] });
    kubectl = harbor.binary('kubectl');
  });
  afterAll(async () => {
    await harbor?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  /** The object as kubectl reads it, without a cluster. */
  async function readByKubectl(text: string): Promise<JsonObject> {
    const file = join(dir, 'object.yaml');
    await writeFile(file, text);
    const { stdout } = await run(kubectl, ['annotate', '--local', '--filename', file, '--output', 'json', 'read=yes']);
    const { metadata: _, ...object } = JSON.parse(stdout) as JsonObject;
    return object;
  }

  const custom = (spec: Json): JsonObject => ({
    apiVersion: 'test.example/v1',
    kind: 'Anything',
    metadata: { name: 'a' },
    spec,
  });

  test('reads what we write as the same object', async () => {
    const members = fc.sample(fc.jsonValue(), { numRuns: 300, seed: 20_260_101 }) as Json[];
    const values = [...TRAPS, ...members, 1e20, 1e21, 1e-7, 2 ** 53, 0.1];
    const object = custom({
      list: values,
      keys: Object.fromEntries(TRAPS.map((trap, index) => [trap, index])),
      ['k'.repeat(2000)]: 'long',
    });
    const { metadata: _, ...expected } = JSON.parse(JSON.stringify(object)) as JsonObject;
    expect(await readByKubectl(toYaml(object))).toEqual(expected);
  });

  test('reads plain scalars as our reader does', async () => {
    const text = `apiVersion: test.example/v1\nkind: Anything\nmetadata: {name: a}\nspec:\n${PLAIN.map((scalar) => `- ${scalar}\n`).join('')}`;
    const [ours] = parseManifests(text);
    expect(ours?.object['spec']).toEqual((await readByKubectl(text))['spec']);
  });
});
