import { expect, test } from 'vitest';
import type { PackageFile } from '../../model/package-spec.ts';
import { ownDirectories } from './own-directories.ts';

const root = { mode: 0o644, owner: 'root', group: 'root' } as const;

test('ownDirectories are those that no one else has and that are not declared', () => {
  const files: readonly PackageFile<never>[] = [
    { type: 'ghost', path: '/etc/kubernetes/manifests/a', ...root },
    { type: 'ghost', path: '/usr/bin/kubelet', ...root },
    { type: 'ghost', path: '/opt/cni/bin/bridge', ...root },
    { type: 'ghost', path: '/opt/cni/bin/host-local', ...root },
    { type: 'directory', path: '/var/lib/kubelet', ...root },
    { type: 'ghost', path: '/var/lib/kubelet/config.yaml', ...root },
  ];
  expect(ownDirectories(files)).toEqual(
    ['/etc/kubernetes', '/etc/kubernetes/manifests', '/opt/cni', '/opt/cni/bin'].map((path) => ({
      ...root,
      type: 'directory',
      path,
      mode: 0o755,
    })),
  );
});
