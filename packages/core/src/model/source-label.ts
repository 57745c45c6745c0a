import type { Source } from './source.ts';

/** A source in one line, for people and for `release.json`: `go:k8s.io/kubernetes@v1.36.3`. */
export function sourceLabel(source: Source, version: string): string {
  switch (source.kind) {
    case 'go-module':
    case 'c-program':
      return `go:${source.module}@${source.version ?? `v${version}`}`;
    case 'url':
      return `url:${Object.values(source.files)[0]?.replaceAll('{version}', version) ?? ''}`;
    case 'file':
      return `file:${source.path}`;
    case 'debian':
      return `debian:${source.suite ?? '-'}/${source.package}`;
    case 'debian-closure':
      return `debian:${source.suite ?? '-'}/${source.packages.join(',')}`;
  }
}
