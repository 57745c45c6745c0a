import type { App } from '../constructs/app.ts';
import type { Distro } from '../constructs/distro.ts';
import { DistroError } from '../errors/distro-error.ts';

/** The distribution to work on: the one of the name, or the only one. @throws APP_EMPTY when there is no such choice */
export function selectDistro(app: App, name?: string): Distro {
  const { distros } = app;
  const names = distros.map((distro) => distro.name).join(', ');
  const chosen = name === undefined ? distros : distros.filter((distro) => distro.name === name);
  const [distro] = chosen;
  if (distro !== undefined && chosen.length === 1) return distro;
  if (distros.length === 0)
    throw new DistroError('APP_EMPTY', 'the app has no Distro', { hint: "add: new Distro(app, 'name', { … })" });
  if (name !== undefined)
    throw new DistroError('APP_EMPTY', `the app has no Distro ${name}`, { hint: `it has ${names}` });
  throw new DistroError('APP_EMPTY', `the app has several Distros: ${names}`, {
    hint: 'choose one with --distro NAME',
  });
}
