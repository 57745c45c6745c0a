import { type Release, readRelease } from '@distrokit/core/toolkit';
import { resolve } from 'node:path';
import type { CommandContext } from '../context.ts';
import { printJson } from '../print-json.ts';
import { indentLines, renderTable } from '../terminal/table.ts';
import { formatBytes } from '../terminal/units.ts';

/** `distrokit list [RELEASE]`: what is in a release. */
export async function run(context: CommandContext, [dir = 'dist']: readonly string[]): Promise<number> {
  const release = await readRelease(resolve(context.io.cwd, dir));
  if (context.json) {
    const { components, packages, images, addOns, drivers, installers } = release;
    printJson(context.io.stdout, { components, packages, images, addOns, drivers, installers });
  } else {
    context.io.stdout.write(renderRelease(release, context));
  }
  return 0;
}

function renderRelease(release: Release, { out }: CommandContext): string {
  const { distro, kernel, arches } = release;
  const title = `${out.bold(`${distro.name} ${distro.version}`)} · kernel ${kernel.version} · ${arches.map(({ name }) => name).join(' ')}\n`;
  const sections: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    [
      'packages',
      release.packages.map((made) => [
        made.name,
        made.version,
        made.arch,
        made.format,
        formatBytes(made.size),
        made.path,
      ]),
    ],
    [
      'components',
      release.components.map((component) => [component.name, component.version, component.source, component.path]),
    ],
    ['images', release.images.map((image) => [image.name, image.tag, image.platforms.join(' '), image.path])],
    ['add-ons', release.addOns.map((addOn) => [addOn.name, addOn.version, `kernels ${addOn.kernels}`, addOn.path])],
    ['drivers', release.drivers.map((driver) => [driver.name, driver.version, driver.kind, driver.path])],
    ['installers', release.installers.map((installer) => [installer.name, installer.kind, installer.path])],
  ];
  const shown = sections.filter(([, rows]) => rows.length > 0);
  return title + shown.map(([name, rows]) => `\n${out.bold(name)}\n${indentLines(renderTable(rows))}`).join('');
}
