import { describe, expect, test } from 'vitest';
import { debian, goModule } from '../model/declare-source.ts';
import { imagePlaceholder } from '../model/image-placeholder.ts';
import type { JsonObject } from '../model/json.ts';
import type { ImageIndexStep, ImageStep, LayerStep, StepKind, StepOf } from '../plan/document.ts';
import { expectProblem } from '../testing/expect-problem.ts';
import { planOf } from '../testing/plan-of.ts';
import type { PlanView } from '../testing/plan-view.ts';
import { AddOn } from './add-on.ts';
import { Component } from './component.ts';
import type { Distro } from './distro.ts';
import type { ImageProps } from './image-props.ts';
import { Image } from './image.ts';
import { binary, config, directory, ghost, symlink, text } from './package-files.ts';
import { Package } from './package.ts';

const agentOf = (distro: Distro, id = 'agent'): Component =>
  new Component(distro, id, {
    version: '2.1.0',
    source: goModule(`example.com/${id}`, { commands: [`./cmd/${id}`, './cmd/tool'] }),
    summary: 'agent of every node',
  });

const withImage = (props: (agent: Component) => ImageProps) => (distro: Distro) =>
  void new Image(distro, 'agent-image', props(agentOf(distro)));

const ofKind = <K extends StepKind>({ plan }: PlanView, kind: K, path = 'test/agent-image'): readonly StepOf<K>[] =>
  plan.steps.filter((step): step is StepOf<K> => step.kind === kind && step.path.startsWith(path));

const layersOf = (plan: PlanView, image?: ImageStep): readonly LayerStep[] => {
  const [only] = ofKind(plan, 'image');
  const steps = (image ?? only)?.layers.map(({ about }) => about.step) ?? [];
  return steps.map((id) => plan.plan.steps.find((step) => step.id === id) as LayerStep);
};

describe('Image', () => {
  test('has everything but its layers by default', async () => {
    const plan = await planOf(
      withImage((agent) => ({ layers: [agent] })),
      { arches: ['amd64', 'arm64'] },
    );
    expect(ofKind(plan, 'image-index')).toEqual([
      {
        kind: 'image-index',
        id: 'image-index agent:2.1.0',
        path: 'test/agent-image',
        outputs: ['index'],
        name: 'agent',
        tag: '2.1.0',
        manifests: (['amd64', 'arm64'] as const).map((arch) => ({
          arch,
          ref: { step: `image agent:2.1.0 ${arch}`, output: 'manifest' },
        })),
      } satisfies Partial<ImageIndexStep>,
    ]);
    const [image] = ofKind(plan, 'image');
    expect(image?.settings).toMatchObject({
      user: '65532:65532',
      entrypoint: ['/usr/bin/agent'],
      cmd: [],
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
      workingDir: '/',
      labels: {
        'org.opencontainers.image.title': 'agent',
        'org.opencontainers.image.version': '2.1.0',
        'org.opencontainers.image.description': 'agent of every node',
      },
    });
    expect(layersOf(plan).map(({ id, entries }) => [id, entries.map(({ path }) => path)])).toEqual([
      ['layer accounts nonroot 65532', ['/etc/passwd', '/etc/group', '/root', '/tmp']],
      ['layer agent 2.1.0 amd64', ['/usr/bin/agent', '/usr/bin/tool']],
    ]);
  });

  test('takes what it is told', async () => {
    const plan = await planOf(
      withImage((agent) => ({
        layers: [{ component: agent, binaries: '/opt/agent' }],
        name: 'tools/agent',
        tag: 'v2',
        user: { uid: 1000, gid: 2000, name: 'agent', home: '/home/agent' },
        cmd: ['--help'],
        env: { PATH: '/opt/agent', LEVEL: 'info' },
        labels: { 'org.opencontainers.image.title': 'Agent' },
        workingDir: '/home/agent',
        files: {
          '/etc/agent.conf': config('level = info\n', { mode: 0o640, owner: 'agent', group: 'agent' }),
          '/var/lib/agent': directory({ owner: '1000', group: '7' }),
          '/usr/bin/tool': binary(agent, 'tool', { mode: 0o4755 }),
          '/usr/bin/sh': symlink('tool'),
        },
        links: { '/entry': 'opt/agent/agent' },
      })),
    );
    expect(plan.images()).toContain('registry.distrokit.example/tools/agent:v2');
    const [image] = ofKind(plan, 'image');
    expect(image?.settings).toMatchObject({
      user: '1000:2000',
      entrypoint: ['/opt/agent/agent'],
      cmd: ['--help'],
      env: { PATH: '/opt/agent', LEVEL: 'info' },
      workingDir: '/home/agent',
    });
    expect(image?.settings.labels['org.opencontainers.image.title']).toBe('Agent');
    const [accounts, binaries, files] = layersOf(plan);
    const passwd = 'root:x:0:0:root:/root:/sbin/nologin\nagent:x:1000:2000:agent:/home/agent:/sbin/nologin\n';
    expect(accounts?.entries).toContainEqual(
      expect.objectContaining({ path: '/etc/passwd', content: { text: passwd } }),
    );
    expect(accounts?.entries).toContainEqual({
      type: 'directory',
      path: '/home/agent',
      mode: 0o700,
      uid: 1000,
      gid: 2000,
    });
    expect(binaries?.entries.map(({ path }) => path)).toEqual(['/opt/agent/agent', '/opt/agent/tool']);
    expect(files?.entries.map(({ path, type, mode, uid, gid }) => [path, type, mode, uid, gid])).toEqual([
      ['/etc/agent.conf', 'file', 0o640, 1000, 2000],
      ['/var/lib/agent', 'directory', 0o755, 1000, 7],
      ['/usr/bin/tool', 'file', 0o4755, 0, 0],
      ['/usr/bin/sh', 'symlink', 0o777, 0, 0],
      ['/entry', 'symlink', 0o777, 0, 0],
    ]);
  });

  test('of root has no other user', async () => {
    const plan = await planOf(withImage((agent) => ({ layers: [agent], user: 0 })));
    expect(ofKind(plan, 'image')[0]?.settings.user).toBe('0:0');
    expect(layersOf(plan)[0]?.entries[0]).toMatchObject({ content: { text: 'root:x:0:0:root:/root:/sbin/nologin\n' } });
  });

  test('shares equal layers with others, and only those', async () => {
    const plan = await planOf((distro) => {
      const agent = agentOf(distro);
      new Image(distro, 'a', { layers: [agent], name: 'a' });
      new Image(distro, 'b', { layers: [agent], name: 'b' });
      new Image(distro, 'c', { layers: [{ component: agent, binaries: '/opt' }], name: 'c' });
      new Image(distro, 'd', { layers: [agent], name: 'd', compression: 'gzip' });
    });
    const images = plan.plan.steps.filter((step) => step.kind === 'image' && !step.id.includes('kube-')) as ImageStep[];
    expect(images.map((image) => layersOf(plan, image).map(({ id }) => id))).toEqual([
      ['layer accounts nonroot 65532', 'layer agent 2.1.0 amd64'],
      ['layer accounts nonroot 65532', 'layer agent 2.1.0 amd64'],
      ['layer accounts nonroot 65532', 'layer agent 2.1.0 amd64 (2)'],
      ['layer accounts nonroot 65532 (2)', 'layer agent 2.1.0 amd64 (3)'],
    ]);
  });

  test('can be of files alone', async () => {
    const plan = await planOf((distro) => {
      new Image(distro, 'agent-image', { files: { '/motd': text('hello\n') } });
    });
    expect(plan.images()).toContain('registry.distrokit.example/agent-image:1.0.0');
    expect(ofKind(plan, 'image')[0]?.settings.entrypoint).toEqual([]);
  });
});

describe('a reference', () => {
  const object = (image: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'agent' },
    spec: { containers: [{ name: 'agent', image }] },
  });
  const addOnOf = (distro: Distro): AddOn =>
    new AddOn(distro, 'extra', { version: '0.4.0', kernels: '*', owner: 'us', upstream: 'https://example.com' });

  test('leads every step that names it to the digest, before or after the image is there', async () => {
    const reference = `registry.distrokit.example/backups:0.4.0@sha256:${imagePlaceholder('backups', '0.4.0')}`;
    const plan = await planOf((distro) => {
      new Package(distro, 'first', {
        version: '1.0.0',
        arch: 'all',
        files: { '/etc/image': text(distro.imageReference('backups', '0.4.0')) },
      });
      const addOn = addOnOf(distro);
      const image = addOn.image('backups', goModule('example.com/backups', { commands: ['.'] }));
      expect(image.reference).toBe(reference);
      expect(addOn.imageReference('backups', '0.4.0')).toBe(reference);
      addOn.manifest(object(image.reference));
    });
    const naming = plan.plan.steps.filter(({ images }) => images !== undefined);
    expect(naming.map(({ kind, images }) => [kind, images])).toEqual(
      ['package', 'package', 'manifests'].map((kind) => [
        kind,
        { [imagePlaceholder('backups', '0.4.0')]: { step: 'image-index backups:0.4.0', output: 'index' } },
      ]),
    );
    const order = plan.plan.steps.map(({ id }) => id);
    for (const { id } of naming) expect(order.indexOf(id)).toBeGreaterThan(order.indexOf('image-index backups:0.4.0'));
  });

  test('to an image that nobody makes is a problem of whoever names it', async () => {
    const problem = await expectProblem(
      (distro) => addOnOf(distro).manifest(object(distro.imageReference('bakcups', '0.4.0'))),
      { code: 'REFERENCE_UNKNOWN', path: 'test/extra' },
    );
    expect(problem.message).toBe(
      'manifests manifests/extra names the image registry.distrokit.example/bakcups:0.4.0, which the distribution does not build',
    );
  });

  test('of an image to itself is a circle', async () => {
    const problem = await expectProblem(
      (distro) => {
        const files = { '/image': text(distro.imageReference('self', '1')) };
        new Image(distro, 'agent-image', { name: 'self', tag: '1', files });
      },
      { code: 'DEPENDENCY_CYCLE', path: 'test/agent-image' },
    );
    expect(problem.message).toContain('names the digest of an image that it is part of');
  });
});

describe('Image refuses', () => {
  test.each<[string, (agent: Component) => ImageProps, string]>([
    ['a name that is no repository', () => ({ name: 'Agent' }), 'name: must be a repository such as coredns'],
    ['a tag that is none', () => ({ tag: 'a b' }), 'tag: must be an image tag'],
    [
      'a source that is no layer',
      () => ({ layers: [goModule('example.com/x', { commands: ['.'] }) as never] }),
      'must be a Component or debian(…)',
    ],
    [
      'a directory that is not absolute',
      (agent) => ({ layers: [{ component: agent, binaries: 'bin' }] }),
      'layers.0.binaries: must be an absolute path',
    ],
    ['a negative user', () => ({ user: -1 }), 'user: '],
    [
      'a user whose name would end the line',
      () => ({ user: { uid: 1, name: 'a:b\n' } }),
      'user.name: must be the name of a user',
    ],
    ['a home with a colon', () => ({ user: { uid: 1, home: '/a:b' } }), 'user.home: '],
    ['a variable without a name', () => ({ env: { '': 'x' } }), 'env'],
    ['an option that there is not', () => ({ entryPoint: ['x'] }) as never, 'there is no option entryPoint'],
  ])('%s', async (_, props, fault) => {
    const problem = await expectProblem(withImage(props), { code: 'PROPS_INVALID', path: 'test/agent-image' });
    expect(problem.message).toContain(fault);
  });

  test.each<[string, ImageProps, string]>([
    ['a ghost', { files: { '/a': ghost() } }, '/a: an image has no ghosts'],
    [
      'a user that it does not have',
      { files: { '/a': text('', { owner: 'etcd' }) } },
      '/a: the image has no user or group etcd',
    ],
  ])('%s', async (_, props, message) => {
    const problem = await expectProblem(
      withImage(() => props),
      { code: 'VALIDATION', path: 'test/agent-image' },
    );
    expect(problem.message).toBe(message);
  });

  test.each(['relative', '/a/../b', '/a/', '/.wh.a'])('the path %j', async (path) => {
    await expectProblem(
      withImage(() => ({ files: { [path]: text('') } })),
      { code: 'PATH_INVALID', path: 'test/agent-image' },
    );
  });

  test('capabilities, which it would lose', async () => {
    const props = (agent: Component): ImageProps => ({
      files: { '/a': binary(agent, 'agent', { capabilities: 'cap_net_bind_service=ep' }) },
    });
    await expectProblem(withImage(props), { code: 'VALIDATION', path: 'test/agent-image' });
  });

  test('a second image of one name and tag', async () => {
    const problem = await expectProblem(
      (distro) => {
        for (const id of ['one', 'two']) new Image(distro, id, { name: 'same', tag: '1' });
      },
      { code: 'NAME_DUPLICATE', path: 'test/two' },
    );
    expect(problem.message).toBe('the image same:1 is made by test/one too');
  });

  test('a Debian package that is not locked', async () => {
    const lock = { schemaVersion: 1, date: '2026-11-21T00:00:00Z', toolchains: {}, sources: {} } as const;
    const planned = (distro: Distro): void =>
      void new Image(distro, 'agent-image', { layers: [debian('ca-certificates')] });
    await expectProblem(planned, { code: 'SOURCE_NOT_LOCKED', path: 'test/agent-image' }, { lock });
  });
});
