import type { Advisory } from '../model/advisory.ts';
import type { AptRepositoryOptions } from '../repos/apt/change-apt-repository.ts';
import type { YumRepositoryOptions } from '../repos/yum/change-yum-repository.ts';

/** What of a distribution its repositories say; of the plan's as of the release's. */
export interface RepositoryDistro {
  readonly name: string;
  readonly version: string;
  readonly channel: string;
  readonly vendor: { readonly name: string; readonly email: string };
  /** `2026-11-21T00:00:00Z`. */
  readonly date: string;
  readonly advisories?: readonly Advisory[];
}

/** How a distribution's apt repository is called: the channel is the suite. */
export function aptSuiteOf({
  name,
  channel,
  vendor,
  date,
}: RepositoryDistro): Omit<AptRepositoryOptions, 'architectures' | 'signer'> {
  return {
    suite: channel,
    origin: vendor.name,
    label: name,
    description: `${name} ${channel}`,
    date: Date.parse(date) / 1000,
  };
}

/** How a distribution's yum repository is called. */
export function yumRepositoryOf({
  name,
  version,
  vendor,
  date,
  advisories = [],
}: RepositoryDistro): Omit<YumRepositoryOptions, 'compression' | 'signer'> {
  return {
    date: Date.parse(date) / 1000,
    advisories,
    issuer: { from: vendor.email, collection: `${name} ${version}` },
  };
}
