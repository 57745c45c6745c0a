import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KERNEL_COMPANIONS } from '@distrokit/addons';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);

/** The newest patch of each minor in the table that the module proxy serves. */
const KERNELS: Readonly<Record<string, string>> = { '1.36': 'v1.36.3' };

describe.skipIf(requireTools('go'))("kubeadm's own constants agree with the versions table", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kernel-versions-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test('for every minor of the table', () => {
    expect(Object.keys(KERNELS)).toEqual(Object.keys(KERNEL_COMPANIONS));
  });

  test.each(Object.entries(KERNELS))('for Kubernetes %s', async (minor, version) => {
    const { stdout } = await run('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${version}`], { cwd: dir });
    const { Dir } = JSON.parse(stdout) as { readonly Dir: string };
    const constants = await readFile(join(Dir, 'cmd/kubeadm/app/constants/constants.go'), 'utf8');
    const constant = (name: string): string | undefined => new RegExp(`\\b${name} = "v?([^"]+)"`).exec(constants)?.[1];

    expect(KERNEL_COMPANIONS[minor]).toEqual({
      // The image's tag has a packaging revision behind the version.
      etcd: constant('DefaultEtcdVersion')?.replace(/-\d+$/, ''),
      coreDns: constant('CoreDNSVersion'),
      pause: constant('PauseVersion'),
    });
  });
});
