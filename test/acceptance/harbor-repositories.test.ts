import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, aptSources, yumRepoFile } from '@distrokit/core';
import { defaultStoreDir, synth } from '@distrokit/core/toolkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harbor } from '../../examples/harbor/harbor.ts';
import { HARBOR_DIR, hostArch } from '../support/harbor.ts';
import { type DebianRoot, makeDebianRoot } from '../support/debian-root.ts';
import { type FileServer, serveFiles } from '../support/file-server.ts';
import { makeOpenPgpKey } from '../support/openpgp-keys.ts';
import { makeRpmSystem, type RpmSystem } from '../support/rpm-system.ts';
import { rpmEnvironment } from '../support/rpm-root.ts';
import { requireTools } from '../support/tools.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

describe.skipIf(requireTools('go', 'mmdebstrap', 'unshare', 'dnf', 'rpm', 'systemctl') || !isRoot)(
  "Harbor's signed repositories",
  () => {
    let work: string;
    let certificate: string;
    let server: FileServer;

    beforeAll(async () => {
      work = mkdtempSync(join(tmpdir(), 'distrokit-repositories-'));
      const key = await makeOpenPgpKey({ type: 'rsa', rsaBits: 3072 });
      certificate = key.publicKey;
      const app = new App();
      new Harbor(app, 'harbor');
      await synth(app, {
        appDir: HARBOR_DIR,
        output: join(work, 'dist'),
        storeDir: defaultStoreDir(process.env),
        arches: [hostArch()],
        env: { DISTROKIT_OPENPGP_KEY: 'env:HELD', HELD: key.privateKey },
      });
      server = await serveFiles(join(work, 'dist/repos'));
    });
    afterAll(async () => {
      await server?.[Symbol.asyncDispose]();
      rmSync(work, { recursive: true, force: true });
    });

    describe('in a fresh Debian 12', () => {
      let root: DebianRoot;
      beforeAll(async () => {
        root = await makeDebianRoot(['iptables', 'mount']);
      });
      afterAll(() => root?.remove());

      test('apt installs a node with Signed-By', async () => {
        const signedBy = '/etc/apt/keyrings/harbor.asc';
        mkdirSync(root.path('/etc/apt/keyrings'), { recursive: true });
        writeFileSync(root.path(signedBy), certificate);
        const sources = aptSources({ url: `${server.url}/apt`, suite: 'stable', signedBy });
        writeFileSync(root.path('/etc/apt/sources.list.d/harbor.sources'), sources);
        const only = [
          '-o',
          'Dir::Etc::sourcelist=/etc/apt/sources.list.d/harbor.sources',
          '-o',
          'Dir::Etc::sourceparts=-',
        ];
        await root.apt(...only, '-o', 'APT::Update::Error-Mode=any', 'update');
        await root.apt(...only, 'install', 'kubelet', 'kubeadm', 'kubectl', 'kubernetes-cni');
        expect(root.sh('kubelet --version')).toContain('Kubernetes v1.36.3');
        expect(root.sh('dpkg -V kubelet kubeadm kubectl kubernetes-cni')).toBe('');
      });
    });

    describe('in a fresh rpm system', () => {
      let system: RpmSystem;
      beforeAll(async () => {
        system = await makeRpmSystem();
      });
      afterAll(() => system?.root.remove());

      test('dnf installs a node with both signatures checked', async () => {
        const repos = join(work, 'repos.d');
        mkdirSync(repos);
        writeFileSync(join(work, 'key.asc'), certificate);
        const file = yumRepoFile({
          id: 'harbor',
          name: 'Harbor',
          url: `${server.url}/yum`,
          key: `file://${join(work, 'key.asc')}`,
        });
        expect(file).toMatch(/^gpgcheck=1$[^]*^repo_gpgcheck=1$/mu);
        writeFileSync(join(repos, 'harbor.repo'), file);
        const settings = [`reposdir=${repos}`, `cachedir=${join(work, 'cache')}`, 'proxy='];
        const options = ['-y', '--installroot', system.root.dir, '--releasever=9'];
        const { stdout } = await run(
          'dnf',
          [...options, ...settings.map((setting) => `--setopt=${setting}`), 'install', 'kubelet', 'kubeadm', 'kubectl'],
          { env: rpmEnvironment(), maxBuffer: 1 << 26 },
        );
        expect(stdout).toContain('Complete!');
        expect(system.root.sh('kubelet --version')).toContain('Kubernetes v1.36.3');
        expect(await system.rpm('-V', 'kubelet')).toBe('');
      });
    });
  },
);
