import { resolve } from 'node:path';
import {
  type ConstructExplanation,
  explain,
  type Explanation,
  type FileExplanation,
  readRelease,
} from '@distrokit/core/toolkit';
import type { CommandContext } from '../context.ts';
import { printJson } from '../print-json.ts';
import type { Style } from '../terminal/style.ts';
import { indentLines, renderTable } from '../terminal/table.ts';
import { formatBytes } from '../terminal/units.ts';

/** `distrokit explain FILE|PATH [RELEASE]`: which construct made a file, or what a construct made. */
export async function run(context: CommandContext, args: readonly string[]): Promise<number> {
  const [subject = '', dir = 'dist'] = args;
  const explanation = explain(await readRelease(resolve(context.io.cwd, dir)), subject);
  if (context.json) printJson(context.io.stdout, explanation);
  else context.io.stdout.write(renderExplanation(explanation, context.out));
  return 0;
}

function renderExplanation(explanation: Explanation, style: Style): string {
  return explanation.kind === 'file' ? renderFile(explanation, style) : renderConstruct(explanation, style);
}

function renderFile({ file, sha256, size, path, ...parts }: FileExplanation, style: Style): string {
  const { package: packaged, component, images = [], addOn, installer } = parts;
  const rows = [
    ['made by', style.cyan(path)],
    ['sha256', sha256],
    ['size', formatBytes(size)],
    ...(packaged === undefined
      ? []
      : [['package', `${packaged.name} ${packaged.version} ${packaged.arch} ${packaged.format}`]]),
    ...(component === undefined
      ? []
      : [['component', `${component.name} ${component.version} from ${component.source}`]]),
    ...images.map((image) => ['image', `${image.name}:${image.tag} for ${image.platforms.join(' ')}`]),
    ...(addOn === undefined ? [] : [['add-on', `${addOn.name} ${addOn.version} for kernels ${addOn.kernels}`]]),
    ...(installer === undefined ? [] : [['installer', `${installer.name} ${installer.kind}`]]),
  ];
  return `${style.bold(file)}\n${indentLines(renderTable(rows))}`;
}

function renderConstruct(explanation: ConstructExplanation, style: Style): string {
  const { path, components, files, images, addOns, drivers, installers } = explanation;
  const rows = [
    ...components.map(({ name, version, source }) => ['component', `${name} ${version}`, source]),
    ...images.map(({ name, tag, digest }) => ['image', `${name}:${tag}`, digest]),
    ...addOns.map(({ name, version, upstream }) => ['add-on', `${name} ${version}`, upstream]),
    ...drivers.map(({ name, version, kind }) => ['driver', `${name} ${version}`, kind]),
    ...installers.map(({ name, kind }) => ['installer', name, kind]),
    ...files.map(({ file, size }) => ['file', file, formatBytes(size)]),
  ];
  return `${style.cyan(path)}\n${indentLines(renderTable(rows))}`;
}
