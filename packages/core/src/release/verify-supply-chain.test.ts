import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSupplyChain, supplyChainPlan } from '../../../../test/support/supply-chain-plan.ts';
import { collect } from '../model/bytes.ts';
import { openStore } from '../store/open-store.ts';
import { contentsOf } from './contents.ts';
import { describeRelease } from './describe-release.ts';
import { supplyChainFiles } from './supply-chain-files.ts';
import type { VerifyContext } from './verify-context.ts';
import { verifySupplyChain } from './verify-supply-chain.ts';

let work: string;
let context: VerifyContext;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'distrokit-verify-'));
  const directory = join(work, 'dist');
  const store = await openStore(join(work, 'store'));
  const plan = supplyChainPlan();
  const outputs = await buildSupplyChain(plan, store);
  const contents = [...(await contentsOf(plan, outputs, store)), ...(await supplyChainFiles(plan, { outputs, store }))];
  for (const { file, text, ...blob } of contents) {
    await mkdir(join(directory, dirname(file)), { recursive: true });
    await writeFile(join(directory, file), text ?? (await collect((await store.findBlob(blob)).read(), 1 << 20)));
  }
  const release = describeRelease(plan, outputs, contents);
  context = { directory, release, whole: new Set(release.files.map(({ file }) => file)) };
});
afterAll(() => rm(work, { recursive: true, force: true }));

const without = (prefix: string): VerifyContext => ({
  ...context,
  whole: new Set([...context.whole].filter((file) => !file.startsWith(prefix))),
});

test('the documents of a release are as they should be', async () => {
  expect(await verifySupplyChain(context)).toEqual([]);
});

test.each([
  ['sbom/images/agent/amd64.cdx.json', 'harbor/agent/image'],
  ['sbom/packages/amd64/agent_1.0.0-1_amd64.deb.spdx.json', 'harbor/agent'],
  ['sbom/release.cdx.json', 'harbor'],
])('%s is missed', async (file, path) => {
  const problems = await verifySupplyChain(without(file));
  expect(problems).toEqual([{ code: 'RELEASE_INVALID', message: `${file}: it is not there`, path }]);
});

test('a statement is missed, and a package that no plan has is left to others', async () => {
  const problems = await verifySupplyChain(without('provenance/images/agent/amd64'));
  expect(problems.map(({ message }) => message)).toEqual(['provenance/images/agent/amd64: it is not there']);
  expect(await verifySupplyChain(without('plan.json'))).toEqual([]);
});

test('a document about another package is found', async () => {
  const [deb, rpm] = ['agent_1.0.0-1_amd64.deb', 'agent-1.0.0-1.x86_64.rpm'];
  const packages = context.release.packages.map((made) => {
    const other = context.release.packages.find(({ format }) => format !== made.format);
    return { ...made, sha256: other?.sha256 ?? '' };
  });
  const problems = await verifySupplyChain({ ...context, release: { ...context.release, packages } });
  for (const file of [deb, rpm]) {
    expect(
      problems.filter(({ message }) => message.includes(`other bytes than those of packages/amd64/${file}`)),
    ).toHaveLength(3);
  }
});
