import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { file } from '../model/declare-source.ts';
import { kubernetes } from '../model/kubernetes-source.ts';
import type { SigningPolicy } from '../model/signing-policy.ts';
import type { KeyringStep, PackageStep } from '../plan/document.ts';
import { expectProblem, type ProblemExpectation } from '../testing/expect-problem.ts';
import { planOf, type PlanOfOptions } from '../testing/plan-of.ts';
import type { PlanView } from '../testing/plan-view.ts';
import { syntheticLock } from '../testing/synthetic-lock.ts';
import { declarationsOf } from '../toolkit/declarations.ts';
import { App } from './app.ts';
import { Arch } from './arch.ts';
import { Distro } from './distro.ts';
import { Kernel } from './kernel.ts';
import { Keyring, type KeyringProps } from './keyring.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'distrokit-keyring-'));
  await writeFile(join(dir, 'old.asc'), 'old');
  await writeFile(join(dir, 'new.asc'), 'new');
});
afterAll(async () => rm(dir, { recursive: true, force: true }));

const ROTATION: SigningPolicy = {
  certificates: [
    { certificate: file('old.asc'), until: '2027-01-01' },
    { certificate: file('new.asc'), from: '2026-12-01' },
  ],
};

function appWith(signing: SigningPolicy | undefined, props?: KeyringProps): App {
  const app = new App();
  const distro = new Distro(app, 'harbor', {
    version: '1.2.0',
    vendor: { name: 'Harbor', email: 'release@harbor.example', url: 'https://harbor.example' },
    registry: 'registry.harbor.example',
    targets: ['debian12', 'el9'],
    date: '2026-11-21T00:00:00Z',
    ...(signing === undefined ? {} : { signing }),
  });
  new Arch(distro, 'amd64');
  new Kernel(distro, 'kernel', { version: '1.36.3', source: kubernetes.fromGoModule() });
  if (props !== undefined) new Keyring(distro, 'keyring', props);
  return app;
}

function planned(app: App): Promise<PlanView> {
  return planOf(app, optionsFor(app));
}

function optionsFor(app: App): PlanOfOptions {
  return { appDir: dir, lock: syntheticLock(declarationsOf(app)) };
}

async function expectRefusal(app: App, expected: ProblemExpectation): Promise<void> {
  await expectProblem(app, expected, optionsFor(app));
}

function packageOf(view: PlanView, format: 'deb' | 'rpm'): PackageStep['spec'] | undefined {
  const steps = view.plan.steps.filter((step) => step.kind === 'package');
  return steps.find((step) => step.format === format && step.path === 'harbor/keyring')?.spec;
}

describe('the signing of a Distro', () => {
  test('is a step that checks the certificates, also without a package', async () => {
    const { plan: made } = await planned(appWith(ROTATION));
    const steps = made.steps.filter((step): step is KeyringStep => step.kind === 'keyring');
    expect(steps).toEqual([
      {
        kind: 'keyring',
        id: 'keyring',
        path: 'harbor',
        outputs: ['armored', 'binary', 'entries'],
        certificates: [
          { name: 'old.asc', content: { step: 'file old.asc', output: 'file' }, signs: true },
          { name: 'new.asc', content: { step: 'file new.asc', output: 'file' }, signs: false },
        ],
        date: Date.parse('2026-11-21T00:00:00Z') / 1000,
        margin: 30,
      },
    ]);
  });

  test('is refused when nobody signs, or keys do not overlap', async () => {
    const later = { certificates: [{ certificate: file('new.asc'), from: '2026-12-01' }] };
    await expectRefusal(appWith(later), { code: 'KEY_REFUSED', path: 'harbor', message: /on 2026-11-21/u });
    const [old, next] = ROTATION.certificates;
    if (old === undefined || next === undefined) throw new Error('no rotation');
    const gap = { certificates: [{ ...old, until: '2026-12-01' }, next] };
    await expectRefusal(appWith(gap), { code: 'VALIDATION', path: 'harbor', message: /leaves the keyring/u });
  });

  test('takes files beside the program and days', async () => {
    const wrong = { certificates: [{ certificate: file('../key.asc'), from: 'soon' }], margin: -1 };
    await expectRefusal(appWith(wrong), { code: 'PROPS_INVALID', path: 'harbor', message: /signing/u });
  });

  test('names a certificate that is not there', async () => {
    const missing = { certificates: [{ certificate: file('missing.asc') }] };
    await expectRefusal(appWith(missing), { code: 'SOURCE_FILE_MISSING', message: /missing\.asc/u });
  });
});

describe('Keyring', () => {
  const url = 'https://packages.harbor.example';

  test('brings keys and repositories to machines of both families', async () => {
    const view = await planned(appWith(ROTATION, { apt: { url: `${url}/apt` }, yum: { url: `${url}/yum` } }));
    const contents = (format: 'deb' | 'rpm'): object => {
      const { name, version, arch, files = [] } = packageOf(view, format) ?? {};
      const entries = files.map((entry) => [entry.path, entry.type === 'file' ? entry.content : entry.type]);
      return { name, version, arch, files: Object.fromEntries(entries) as object };
    };
    const about = { name: 'harbor-archive-keyring', version: '1.2.0', arch: 'all' };
    expect(contents('deb')).toEqual({
      ...about,
      files: {
        '/usr/share/keyrings/harbor-archive-keyring.gpg': { step: 'keyring', output: 'binary' },
        '/etc/apt/sources.list.d/harbor.sources': {
          text: `Types: deb\nURIs: ${url}/apt\nSuites: stable\nComponents: main\nSigned-By: /usr/share/keyrings/harbor-archive-keyring.gpg\n`,
        },
      },
    });
    expect(contents('rpm')).toEqual({
      ...about,
      files: {
        '/etc/pki/rpm-gpg/RPM-GPG-KEY-harbor': { step: 'keyring', output: 'armored' },
        '/etc/yum.repos.d/harbor.repo': {
          text: `[harbor]\nname=Harbor\nbaseurl=${url}/yum\nenabled=1\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-harbor\n`,
        },
      },
    });
  });

  test('needs keys', async () => {
    await expectRefusal(appWith(undefined, {}), {
      code: 'REFERENCE_UNKNOWN',
      path: 'harbor/keyring',
      message: /the distribution has no keys/u,
    });
  });

  test('refuses an address that would be two lines', async () => {
    const props = { apt: { url: `${url}\nTrusted: yes` } };
    await expectRefusal(appWith(ROTATION, props), { code: 'PROPS_INVALID', path: 'harbor/keyring' });
  });
});
