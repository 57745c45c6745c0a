import { compareText } from '../../model/json.ts';
import type { AptPackage } from './apt-package.ts';

/** Which packages own a path: `section/name`, each once, sorted, separated by commas as they stand in the index. */
export type Contents = Map<string, string>;

/** Reads a Contents index: a path, one space, and the packages that own it. A path may hold spaces, a package does not. */
export function parseContents(text: string): Contents {
  const contents: Contents = new Map();
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ');
    if (space > 0) contents.set(line.slice(0, space), line.slice(space + 1));
  }
  return contents;
}

/** Adds the files of a package. */
export function addContents(contents: Contents, { name, section, files }: AptPackage): void {
  const owner = `${section}/${name}`;
  for (const path of files) {
    const owners = contents.get(path);
    if (owners === undefined) contents.set(path, owner);
    else if (owners !== owner)
      contents.set(path, [...new Set([...owners.split(','), owner])].sort(compareText).join(','));
  }
}

/** The text of a Contents index, by path. Names with a newline cannot stand in it and are left out. */
export function formatContents(contents: Contents): string {
  const paths = [...contents.keys()].filter((path) => !path.includes('\n')).sort();
  return paths.map((path) => `${path} ${contents.get(path)}\n`).join('');
}
