import { describe, expect, test } from 'vitest';
import { goModule } from '../model/declare-source.ts';
import { kubernetes } from '../model/kubernetes-source.ts';
import { AddOn } from './add-on.ts';
import { App } from './app.ts';
import { Arch } from './arch.ts';
import { checkTree } from './check-tree.ts';
import { Component } from './component.ts';
import { Distro, type DistroProps } from './distro.ts';
import { Driver } from './driver.ts';
import { Kernel } from './kernel.ts';

const PROPS: DistroProps = {
  version: '1.0.0',
  vendor: { name: 'Harbor', email: 'release@harbor.example', url: 'https://harbor.example' },
  registry: 'registry.harbor.example',
  targets: ['debian12'],
};

/** A distribution that has nothing wrong with it. */
function soundDistro(props: Partial<DistroProps> = {}): Distro {
  const distro = new Distro(new App(), 'harbor', { ...PROPS, ...props });
  new Arch(distro, 'amd64');
  new Kernel(distro, 'kernel', { version: '1.36.3', source: kubernetes.fromGoModule() });
  return distro;
}

/** Problems as `path CODE`, the way a reader scans them. */
function found(distro: Distro): readonly string[] {
  return checkTree(distro).map((problem) => `${problem.path} ${problem.code}`);
}

describe('checkTree', () => {
  test('finds nothing in a sound distribution', () => {
    expect(checkTree(soundDistro())).toEqual([]);
  });

  test('reports the problems of the whole tree at once, each with its path', () => {
    const distro = new Distro(new App(), 'harbor', { ...PROPS, version: 'one', colour: 'red' } as never);
    const sound = soundDistro({ targets: ['debian12', 'windows' as never] });
    new Component(sound, 'agent', { version: 'v2', source: goModule('example.com/agent', { commands: ['.'] }) });
    new Driver(sound, 'first', { kind: 'runtime', version: '1.0.0' });
    new Driver(sound, 'second', { kind: 'runtime', version: '1.0.0' });
    new AddOn(sound, 'dns', { version: '1.0.0', kernels: '<1.36', owner: 'dns team', upstream: 'https://coredns.io' });

    expect(found(distro)).toEqual(['harbor PROPS_INVALID', 'harbor PROPS_INVALID']);
    expect(found(sound)).toEqual([
      'harbor TARGET_UNKNOWN',
      'harbor DRIVER_CONFLICT',
      'harbor/agent PROPS_INVALID',
      'harbor/dns ADDON_KERNEL_RANGE',
    ]);
  });

  test('names the nearest option for one that does not exist', () => {
    const distro = soundDistro();
    new Component(distro, 'agent', {
      versoin: '1.0.0',
      version: '1.0.0',
      source: goModule('example.com/agent', { commands: ['.'] }),
    } as never);

    expect(checkTree(distro)).toEqual([
      {
        code: 'PROPS_INVALID',
        path: 'harbor/agent',
        message: 'there is no option versoin',
        hint: 'did you mean version?',
      },
    ]);
  });

  test('reads validations that were added to a node, and goes on past a check that throws', () => {
    const distro = soundDistro();
    class Broken extends Driver {
      override check(): never {
        throw new RangeError('no such drive');
      }
    }
    new Broken(distro, 'drive', { kind: 'storage', version: '1.0.0' });
    distro.node.addValidation({ validate: () => ['the moon is not full'] });

    expect(found(distro)).toEqual(['harbor VALIDATION', 'harbor/drive UNEXPECTED']);
  });

  test('names every construct of a circle of dependencies', () => {
    const distro = soundDistro();
    const [a, b, c] = ['a', 'b', 'c'].map((id) => new Driver(distro, id, { kind: 'storage', version: '1.0.0' }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable');
    a.node.addDependency(b);
    b.node.addDependency(c);
    c.node.addDependency(a);

    expect(checkTree(distro)).toEqual([
      {
        code: 'DEPENDENCY_CYCLE',
        path: 'harbor/a',
        message: 'depends on itself: harbor/a → harbor/b → harbor/c → harbor/a',
        hint: 'remove one of these dependencies',
      },
    ]);
  });

  test('follows every edge once: 64 fully linked layers have 4^64 paths and 1,008 edges', () => {
    const distro = soundDistro();
    let last: Driver[] = [];
    for (let layer = 0; layer < 64; layer += 1) {
      const drivers = [0, 1, 2, 3].map(
        (n) => new Driver(distro, `d${layer}-${n}`, { kind: 'storage', version: '1.0.0' }),
      );
      for (const driver of drivers) driver.node.addDependency(...last);
      last = drivers;
    }

    expect(checkTree(distro)).toEqual([]);
  });

  test('a distribution needs an architecture and exactly one kernel', () => {
    const distro = new Distro(new App(), 'harbor', PROPS);

    expect(found(distro)).toEqual(['harbor NO_ARCH', 'harbor KERNEL_COUNT']);
  });
});
