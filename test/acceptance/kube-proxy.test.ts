import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KubeProxy } from '@distrokit/addons';
import { planOf } from '@distrokit/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { harborRelease, type HarborRelease } from '../support/harbor.ts';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);

describe.skipIf(requireTools('go', 'dpkg-deb'))("kube-proxy's configuration", () => {
  let harbor: HarborRelease;
  let work: string;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'distrokit-kube-proxy-'));
    harbor = await harborRelease({ targets: ['debian12'], only: ['kernel/kube-proxy'] });
  });
  afterAll(async () => {
    await harbor?.[Symbol.asyncDispose]();
    await rm(work, { recursive: true, force: true });
  });

  test.each(['iptables', 'nftables', 'ipvs'] as const)('for %s is read by kube-proxy itself', async (mode) => {
    const props = { controlPlaneEndpoint: 'control-plane.example:6443', clusterCidr: '10.244.0.0/16', mode };
    const plan = await planOf((distro) => void new KubeProxy(distro, 'proxy', props));
    const { data } = plan.object('ConfigMap', 'kube-proxy', 'kube-system') as { data: Record<string, string> };
    const [config, written] = [join(work, `${mode}.conf`), join(work, `${mode}.written`)];
    await writeFile(config, data['config.conf'] ?? '');
    const { stderr } = await run(harbor.binary('kube-proxy'), ['--config', config, '--write-config-to', written]);
    // It reads a file with a field that it does not know all the same, but says so.
    expect(stderr).not.toContain('strict decoding');
    const text = await readFile(written, 'utf8');
    expect(text).toContain(`\nmode: ${mode}\n`);
    expect(text).toContain('\nclusterCIDR: 10.244.0.0/16\n');
    expect(text).toContain('\n  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf\n');
  });
});
