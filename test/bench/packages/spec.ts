import type { PackageSpec } from '../../../packages/core/src/model/package-spec.ts';

/** A package of one program. */
export function specOf<C>(name: string, content: C): PackageSpec<C> {
  const maintainer = 'Harbor <release@harbor.example>';
  const date = 1_795_219_200;
  return {
    name,
    version: '1.36.3',
    release: '1',
    arch: 'amd64',
    summary: 'node agent',
    description: 'The agent of every node.',
    license: 'Apache-2.0',
    homepage: 'https://harbor.example',
    vendor: 'Harbor',
    maintainer,
    section: 'admin',
    relations: {},
    files: [{ type: 'file', path: `/usr/bin/${name}`, mode: 0o755, owner: 'root', group: 'root', content }],
    scripts: {},
    units: [],
    sysusers: [],
    tmpfiles: [],
    changelog: [{ version: '1.36.3-1', date, author: maintainer, changes: ['New release.'] }],
    copyright: 'License: Apache-2.0\n',
    overrides: [],
    date,
  };
}
