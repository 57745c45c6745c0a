import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AddOn } from '../constructs/add-on.ts';
import { App } from '../constructs/app.ts';
import { Arch } from '../constructs/arch.ts';
import { Component } from '../constructs/component.ts';
import { Distro, type DistroProps } from '../constructs/distro.ts';
import { Kernel } from '../constructs/kernel.ts';
import { Image } from '../constructs/image.ts';
import { config, local, text } from '../constructs/package-files.ts';
import { Package } from '../constructs/package.ts';
import { patch } from '../constructs/patch.ts';
import { sysuser, systemd } from '../constructs/systemd.ts';
import { problemsOf, type Problem } from '../errors/distro-error.ts';
import { cProgram, debian, file, goModule, url } from '../model/declare-source.ts';
import { kubernetes } from '../model/kubernetes-source.ts';
import type { Plan, Step, StepKind, StepOf } from '../plan/document.ts';
import { checkPlan } from '../plan/check-plan.ts';
import { syntheticLock } from '../testing/synthetic-lock.ts';
import { declarationsOf } from './declarations.ts';
import { makePlan, type MakePlanOptions } from './make-plan.ts';

let appDir: string;
beforeEach(async () => {
  appDir = await mkdtemp(join(tmpdir(), 'make-plan-'));
});
afterEach(async () => {
  await rm(appDir, { recursive: true });
});

const agent = goModule('example.com/agent', { commands: { agent: './cmd/agent', agentctl: './cmd/agentctl' } });

function distroIn(app: App, props: Partial<DistroProps> = {}): Distro {
  const distro = new Distro(app, 'harbor', {
    version: '1.0.0',
    vendor: { name: 'Harbor', email: 'release@harbor.example', url: 'https://harbor.example' },
    registry: 'registry.harbor.example',
    targets: ['debian12', 'el9'],
    date: '2026-01-02T03:04:05Z',
    ...props,
  });
  new Arch(distro, 'amd64');
  new Arch(distro, 'arm64');
  new Kernel(distro, 'kernel', { version: '1.36.3', source: kubernetes.fromGoModule() });
  return distro;
}

async function planOf(
  build: (distro: Distro) => void,
  options: Partial<MakePlanOptions> = {},
  props: Partial<DistroProps> = {},
): Promise<Plan> {
  const app = new App();
  build(distroIn(app, props));
  return makePlan(app, { appDir, lock: syntheticLock(declarationsOf(app)), ...options });
}

async function problemsFor(
  build: (distro: Distro) => void,
  options: Partial<MakePlanOptions> = {},
): Promise<readonly Problem[]> {
  return planOf(build, options).then(() => [], problemsOf);
}

function stepsOf<K extends StepKind>(plan: Plan, kind: K): readonly StepOf<K>[] {
  return plan.steps.filter((step: Step): step is StepOf<K> => step.kind === kind);
}

describe('a plan', () => {
  test('builds all commands of a module version with one step an architecture', async () => {
    const plan = await planOf(() => {});

    const builds = stepsOf(plan, 'go-build');
    expect(builds.map(({ id, path }) => [id, path])).toEqual([
      ['go-build k8s.io/kubernetes@v1.36.3 amd64', 'harbor/kernel'],
      ['go-build k8s.io/kubernetes@v1.36.3 arm64', 'harbor/kernel'],
    ]);
    expect(builds[0]?.outputs).toEqual([
      'kube-apiserver',
      'kube-controller-manager',
      'kube-proxy',
      'kube-scheduler',
      'kubeadm',
      'kubectl',
      'kubelet',
    ]);
  });

  test('builds a patched component of the same module apart', async () => {
    await writeFile(join(appDir, 'loopback.patch'), '--- a/x\n+++ b/x\n');
    const plan = await planOf((distro) => {
      new Component(distro, 'plain', { version: '1.0.0', source: agent });
      new Component(distro, 'patched', { version: '1.0.0', source: agent, patches: [patch.file('loopback.patch')] });
    });

    const builds = stepsOf(plan, 'go-build').filter(
      (step) => step.modules.module === 'example.com/agent' && step.arch === 'amd64',
    );
    expect(builds.map(({ id, patches }) => [id, patches.length])).toEqual([
      ['go-build example.com/agent@v1.0.0 amd64', 0],
      ['go-build example.com/agent@v1.0.0 amd64 (2)', 1],
    ]);
  });

  test('refers backwards only, whatever the sources', async () => {
    await writeFile(join(appDir, 'agent.yaml'), 'port: 9100\n');
    const plan = await planOf((distro) => {
      const cgo = {
        libc: 'gnu.2.34',
        sysroot: [debian('libfoo-dev', { suite: 'trixie' })],
        ldflags: ['-lfoo'],
      } as const;
      new Component(distro, 'c', { version: '1.0.0', source: goModule('example.com/c', { commands: ['.'], cgo }) });
      new Component(distro, 'pause', {
        version: '3.10.2',
        source: cProgram('pause', { module: 'k8s.io/kubernetes', version: 'v1.36.3', files: ['pause.c'] }),
      });
      const tools = url(
        { tgz: 'https://files.example/tools-{version}-{arch}.tgz' },
        { extract: { crictl: 'bin/crictl' } },
      );
      const component = new Component(distro, 'tools', { version: '1.2.3', source: tools });
      new Package(component, 'package', { component, files: { '/etc/agent.yaml': config(file('agent.yaml')) } });
      new Component(distro, 'iptables', {
        version: '1.8.11',
        source: debian('iptables', { files: { iptables: '/usr/sbin/xtables-nft-multi' } }),
      });
    });

    expect(() => checkPlan(plan)).not.toThrow();
    expect(stepsOf(plan, 'extract').map((step) => step.members)).toContainEqual({ crictl: 'bin/crictl' });
    expect(stepsOf(plan, 'extract').map((step) => step.members)).toContainEqual({
      iptables: 'usr/sbin/xtables-nft-multi',
    });
    expect(stepsOf(plan, 'go-build').find((step) => step.cgo !== undefined)?.cgo?.target).toBe('x86_64-linux-gnu.2.34');
  });

  test('is the same text for the same tree and lock', async () => {
    const build = (distro: Distro): void => void new Component(distro, 'agent', { version: '1.0.0', source: agent });

    expect(JSON.stringify(await planOf(build))).toBe(JSON.stringify(await planOf(build)));
  });

  test('renders one declared package for both families', async () => {
    const plan = await planOf((distro) => {
      const component = new Component(distro, 'node-agent', { version: '2.1.0-rc.1', source: agent });
      new Package(distro, 'node-agent-package', {
        release: '3',
        component,
        files: { '/etc/node-agent.yaml': config('port: 9100\n') },
        depends: { deb: ['iptables', 'conntrack'], rpm: ['iptables', 'conntrack-tools'] },
        service: systemd({ exec: '/usr/bin/node-agent', restart: 'always', user: sysuser('node-agent') }),
      });
    });

    const steps = stepsOf(plan, 'package').filter((step) => step.spec.name === 'node-agent');
    expect(steps.map((step) => step.file)).toEqual([
      'packages/amd64/node-agent_2.1.0~rc.1-3_amd64.deb',
      'packages/amd64/node-agent-2.1.0~rc.1-3.x86_64.rpm',
      'packages/arm64/node-agent_2.1.0~rc.1-3_arm64.deb',
      'packages/arm64/node-agent-2.1.0~rc.1-3.aarch64.rpm',
    ]);
    expect(steps.map((step) => step.spec.relations.depends)).toContainEqual(['iptables', 'conntrack-tools']);
    expect(steps[0]?.spec.units[0]?.text).toContain('User=node-agent');
    expect(steps[0]?.spec.sysusers).toEqual(['u node-agent - "node-agent" / -']);
  });

  test('takes its date from the program, else SOURCE_DATE_EPOCH, else the lock', async () => {
    const date = async (props: Partial<DistroProps>, options: Partial<MakePlanOptions>): Promise<string> =>
      (await planOf(() => {}, options, props)).distro.date;
    const undated = { date: undefined } as unknown as Partial<DistroProps>;

    expect(await date({}, { sourceDateEpoch: '0' })).toBe('2026-01-02T03:04:05Z');
    expect(await date(undated, { sourceDateEpoch: '86400' }).catch(problemsOf)).toMatchObject([
      { code: 'PROPS_INVALID' },
    ]);
  });

  test('of one architecture or some paths has their steps only', async () => {
    const add = (distro: Distro): void => {
      const component = new Component(distro, 'agent', { version: '1.0.0', source: agent });
      new Package(component, 'package', { component });
    };

    const one = await planOf(add, { arches: ['arm64'], only: ['agent'] });
    expect(one.steps.map((step) => step.id)).toEqual([
      'go-build example.com/agent@v1.0.0 arm64',
      'package packages/arm64/agent_1.0.0-1_arm64.deb',
      'package packages/arm64/agent-1.0.0-1.aarch64.rpm',
      'go-licences example.com/agent@v1.0.0',
    ]);
  });

  test('of some paths has the images that these name', async () => {
    const add = (distro: Distro): void => {
      const component = new Component(distro, 'agent', { version: '1.0.0', source: agent });
      const image = new Image(component, 'image', { layers: [component] });
      new Image(distro, 'other', { layers: [component], name: 'other' });
      const files = { '/etc/agent/image': text(image.reference) };
      new Package(distro, 'settings', { name: 'settings', version: '1.0.0', arch: 'all', files });
    };
    const { steps } = await planOf(add, { arches: ['amd64'], only: ['settings'] });
    expect(steps.map((step) => step.id)).toEqual([
      'layer accounts nonroot 65532',
      'go-build example.com/agent@v1.0.0 amd64',
      'layer agent 1.0.0 amd64',
      'image agent:1.0.0 amd64',
      'image-index agent:1.0.0',
      'package packages/all/settings_1.0.0-1_all.deb',
      'package packages/all/settings-1.0.0-1.noarch.rpm',
      'go-licences example.com/agent@v1.0.0',
    ]);
  });
});

describe('planning reports', () => {
  const notLocked = { schemaVersion: 1, date: '2026-01-01T00:00:00Z', toolchains: {}, sources: {} } as const;

  test('the problems of the tree, the lock and the plan together', async () => {
    const problems = await problemsFor(
      (distro) => {
        new Package(distro, 'bad_name', {
          version: '1.0',
          files: { '/etc/../passwd': config('') },
          depends: ['no such ((relation'],
        });
        new AddOn(distro, 'old', { version: '1.0.0', kernels: '<1.30', owner: 'us', upstream: 'https://example.com' });
        new AddOn(distro, 'odd', {
          version: '1.0.0',
          kernels: '*',
          owner: 'us',
          upstream: 'https://example.com',
        }).manifest({ kind: 'Pod' });
      },
      { lock: notLocked },
    );

    expect(new Set(problems.map((problem) => `${problem.path} ${problem.code}`))).toEqual(
      new Set([
        'harbor/old ADDON_KERNEL_RANGE',
        'harbor/kernel/kube-apiserver SOURCE_NOT_LOCKED',
        'harbor/bad_name NAME_INVALID',
        'harbor/bad_name PATH_INVALID',
        'harbor/bad_name RELATION_INVALID',
        'harbor/odd OBJECT_INVALID',
      ]),
    );
  });

  test.each<[string, (distro: Distro) => void, Partial<Problem>]>([
    [
      'a file in two packages',
      (distro) => {
        for (const name of ['first', 'second'])
          new Package(distro, name, { version: '1.0', files: { '/etc/shared.conf': config(name) } });
      },
      {
        code: 'FILE_COLLISION',
        path: 'harbor/second',
        message: '/etc/shared.conf is in the package second and in first of harbor/first',
      },
    ],
    [
      'a package made twice',
      (distro) => {
        for (const id of ['one', 'two']) new Package(distro, id, { name: 'agent', version: '1.0', files: {} });
      },
      { code: 'PACKAGE_DUPLICATE', path: 'harbor/two' },
    ],
    [
      'an object in two add-ons',
      (distro) => {
        for (const id of ['one', 'two']) {
          const addOn = new AddOn(distro, id, {
            version: '1.0.0',
            kernels: '*',
            owner: 'us',
            upstream: 'https://example.com',
          });
          addOn.manifest({
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'settings', namespace: 'kube-system' },
            data: { id },
          });
        }
      },
      { code: 'OBJECT_COLLISION', path: 'harbor/two' },
    ],
    [
      'a download that is not published for an architecture',
      (distro) =>
        void new Component(distro, 'tool', {
          version: '1.0.0',
          source: url({ tool: 'https://files.example/{arch}/tool' }, { arches: ['amd64'] }),
        }),
      { code: 'ARCH_UNSUPPORTED', path: 'harbor/tool' },
    ],
    [
      'a file that does not exist',
      (distro) =>
        void new Package(distro, 'docs', { version: '1.0', files: { '/etc/docs': local(file('no-such-file')) } }),
      { code: 'SOURCE_FILE_MISSING', path: 'harbor/docs' },
    ],
    [
      'a file source outside of the app',
      (distro) =>
        void new Package(distro, 'docs', { version: '1.0', files: { '/etc/docs': local(file('../secret')) } }),
      { code: 'PATH_INVALID', path: 'harbor/docs' },
    ],
    [
      'a newline in a control field',
      (distro) => void new Package(distro, 'docs', { version: '1.0', summary: 'fine\nDepends: evil', files: {} }),
      { code: 'TEXT_INVALID', path: 'harbor/docs' },
    ],
  ])('%s', async (_name, build, expected) => {
    expect(await problemsFor(build)).toContainEqual(expect.objectContaining(expected));
  });

  test('a path of --only that does not exist, with the nearest', async () => {
    expect(await problemsFor(() => {}, { only: ['kernel/kubelt'] })).toMatchObject([
      { code: 'USAGE', hint: 'did you mean harbor/kernel/kubelet?' },
    ]);
  });

  test.each(['-1', '1e9', '4294967296', ' 1'])('SOURCE_DATE_EPOCH %j', async (sourceDateEpoch) => {
    const app = new App();
    const distro = new Distro(app, 'harbor', {
      version: '1.0.0',
      vendor: { name: 'H', email: 'h@h.example', url: 'https://h.example' },
      registry: 'h.example',
      targets: ['el9'],
    });
    new Arch(distro, 'amd64');
    new Kernel(distro, 'kernel', { version: '1.36.3', source: kubernetes.fromGoModule() });

    const problems = await makePlan(app, { appDir, lock: syntheticLock(declarationsOf(app)), sourceDateEpoch }).then(
      () => [],
      problemsOf,
    );
    expect(problems).toMatchObject([{ code: 'USAGE' }]);
  });
});
