/** A notice that a release mends something, as `dnf updateinfo` shows it. */
export interface Advisory {
  /** Unique in the repository, such as `HSA-2026-0001`. */
  readonly id: string;
  readonly type: 'security' | 'bugfix' | 'enhancement';
  /** How urgent it is; for security. */
  readonly severity?: 'Critical' | 'Important' | 'Moderate' | 'Low';
  readonly title: string;
  readonly description: string;
  /** What it is about, such as a CVE. */
  readonly references?: readonly AdvisoryReference[];
  /** The names of the packages of this release that mend it. */
  readonly packages: readonly string[];
}

/** Something that an {@link Advisory} is about. */
export interface AdvisoryReference {
  readonly type: 'cve' | 'bugzilla' | 'other';
  /** Such as `CVE-2026-1234`. */
  readonly id: string;
  readonly url: string;
}
