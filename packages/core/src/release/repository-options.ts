import type { DistroAbout } from '../plan/plan-distro.ts';
import type { AptRepositoryOptions } from '../repos/apt/change-apt-repository.ts';
import type { YumRepositoryOptions } from '../repos/yum/change-yum-repository.ts';

/** How a distribution's apt repository is called: the channel is the suite. */
export function aptSuiteOf({
  name,
  channel,
  vendor,
  date,
}: DistroAbout): Omit<AptRepositoryOptions, 'architectures' | 'signer'> {
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
}: DistroAbout): Omit<YumRepositoryOptions, 'compression' | 'signer'> {
  return {
    date: Date.parse(date) / 1000,
    advisories,
    issuer: { from: vendor.email, collection: `${name} ${version}` },
  };
}
