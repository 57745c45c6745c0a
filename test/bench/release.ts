import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepKind } from '../../packages/core/src/plan/document.ts';
import { makeOpenPgpKey } from '../support/openpgp-keys.ts';
import { type BenchResult, compared } from './bench-result.ts';
import { buildHarbor, copyOutputs, synthHarbor } from './harbor.ts';
import { alternate } from './measure.ts';
import { distrokit, inTempDir } from './programs.ts';

const TURNS = 3;
const LIMIT_MS = 20_000;

/** What comes from outside and what compilers made. */
const STORED: ReadonlySet<StepKind> = new Set([
  'file',
  'url',
  'debian',
  'extract',
  'go-build',
  'c-build',
  'go-licences',
  'debian-licences',
]);

/** Everything of harbor but its binaries: packages, images, repositories, SBOMs, provenance and signatures. */
export function benchRelease(): Promise<readonly BenchResult[]> {
  return inTempDir(async (dir) => {
    const harbor = await buildHarbor(join(dir, 'harbor'));
    const stored = join(dir, 'stored');
    await copyOutputs(harbor, stored, ({ kind }) => STORED.has(kind));
    const [openPgp, image] = [join(dir, 'openpgp.asc'), join(dir, 'image.pem')];
    await writeFile(openPgp, (await makeOpenPgpKey({ type: 'rsa', rsaBits: 4096 })).privateKey);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(image, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const env = { DISTROKIT_OPENPGP_KEY: openPgp, DISTROKIT_IMAGE_KEY: image };
    let next = '';
    const [, ours] = await alternate(
      TURNS,
      async () => {
        next = await mkdtemp(join(dir, 'turn-'));
        await cp(stored, join(next, 'store'), { recursive: true, preserveTimestamps: true });
      },
      () => distrokit(synthHarbor(join(next, 'dist'), '--store', join(next, 'store'), '--jobs', '2'), { env }),
    );
    return [
      compared({ name: 'signed release of harbor from its binaries', unit: 'ms', ours, peer: LIMIT_MS, limit: 1 }),
    ];
  });
}
