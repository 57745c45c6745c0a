/** What {@link yumRepoFile} takes. */
export interface YumRepoFileOptions {
  /** The name in brackets: letters, digits, `-`, `_`, `.`. */
  readonly id: string;
  readonly name: string;
  /** The address of the repository. */
  readonly url: string;
  /** Where the key is, such as `file:///etc/pki/rpm-gpg/RPM-GPG-KEY-harbor`. */
  readonly key: string;
}

/** The text of a file for `/etc/yum.repos.d`: packages and metadata must both be signed. See dnf.conf(5). */
export function yumRepoFile({ id, name, url, key }: YumRepoFileOptions): string {
  return [
    `[${id}]`,
    `name=${name}`,
    `baseurl=${url}`,
    'enabled=1',
    'gpgcheck=1',
    'repo_gpgcheck=1',
    `gpgkey=${key}`,
    '',
  ].join('\n');
}
