import { Component, debian, goModule, goOverrides, Package } from '@distrokit/core';
import type { Construct } from 'constructs';

/** Settings of {@link Runc}. */
export interface RuncProps {
  /** @default the newest in the versions table */
  readonly version?: string;
  /** Our part of the package version. @default '1' */
  readonly release?: string;
}

const NEWEST = '1.5.2';

/**
 * The OCI runtime, built with cgo: its seccomp filters come from libseccomp, linked statically from Debian's package, so
 * that the binary needs nothing but glibc 2.34 (Debian 12, EL 9 and newer).
 */
export class Runc extends Component {
  constructor(scope: Construct, id: string, props: RuncProps = {}) {
    super(scope, id, {
      name: 'runc',
      version: props.version ?? NEWEST,
      source: goModule('github.com/opencontainers/runc', {
        commands: { runc: '.' },
        tags: ['netgo', 'osusergo', 'seccomp', 'urfave_cli_no_docs'],
        // 2.6 is the first whose headers name every architecture that the Go bindings list.
        cgo: { libc: 'gnu.2.34', sysroot: [debian('libseccomp-dev', { suite: 'trixie' })], ldflags: ['-lseccomp'] },
      }),
      summary: 'Open Container Initiative runtime',
      homepage: 'https://github.com/opencontainers/runc',
    });
    new Package(this, 'package', {
      component: this,
      ...(props.release === undefined ? {} : { release: props.release }),
      description: 'Starts containers as the Open Container Initiative specifies.',
      depends: { deb: ['libc6 (>= 2.34)'], rpm: ['glibc >= 2.34'] },
      overrides: goOverrides(['/usr/bin/runc'], { linked: 'dynamically' }),
    });
  }
}
