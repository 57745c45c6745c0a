import type { ArchName } from '../../model/arch.ts';
import type { OciPlatform } from './documents.ts';

/** The platform of an architecture; arm64 has its variant, as the registries have it. */
export function platformOf(arch: ArchName): OciPlatform {
  const platform = { architecture: arch, os: 'linux' };
  return arch === 'arm64' ? { ...platform, variant: 'v8' } : platform;
}

/** A platform as people write it: `linux/arm64/v8`. */
export function formatPlatform({ os, architecture, variant }: OciPlatform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}
