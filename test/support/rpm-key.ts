import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key that a vendor signs rpm packages with, and a keyring that trusts nothing else. */
export interface RpmKey {
  /** An environment in which rpm, rpmsign and rpmlint know the key. */
  readonly env: NodeJS.ProcessEnv;
  /** The public key, armored. */
  readonly publicKey: string;
  /** Signs packages in place. */
  sign(files: readonly string[]): void;
}

/** Makes an {@link RpmKey} whose files are all in `dir`. */
export function makeRpmKey(dir: string): RpmKey {
  const [gnupg, home, database] = ['gnupg', 'home', 'database'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [gnupg, home, database]) mkdirSync(made, { recursive: true, mode: 0o700 });
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC', HOME: home, GNUPGHOME: gnupg };
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] });
  const user = 'release@harbor.example';
  run('gpg', '--batch', '--passphrase', '', '--quick-gen-key', `Harbor <${user}>`, 'rsa4096', 'sign', 'never');
  const publicKey = join(dir, 'key.asc');
  writeFileSync(publicKey, run('gpg', '--armor', '--export'));
  writeFileSync(join(home, '.rpmmacros'), `%_dbpath ${database}\n%_gpg_name ${user}\n%__gpg /usr/bin/gpg\n`);
  run('rpm', '--initdb');
  run('rpm', '--import', publicKey);
  return { env, publicKey, sign: (files) => void run('rpmsign', '--addsign', ...files) };
}
