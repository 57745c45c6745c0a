import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestCertificate } from './certificate.ts';
import { goMain, goProgram } from './go-program.ts';
import { freePort } from './s3-server.ts';

/** A registry on loopback, over a directory that is removed at its end. */
export interface RegistryServer extends AsyncDisposable {
  /** `127.0.0.1:` and its port. */
  readonly host: string;
  /** Where it keeps what it has. */
  readonly dir: string;
}

/** The reference registry: the version that Debian has, and the one of its Go module. Neither has the referrers API. */
export type RegistryKind = 'debian' | 'module';

/** How users are known. */
export type RegistryAuth =
  /** {@link USER} with {@link PASSWORD}. */
  | { readonly kind: 'basic' }
  /** By tokens that a server signs: see token-server.ts. */
  | { readonly kind: 'token'; readonly realm: string; readonly certificate: string };

export const USER = 'tester';
export const PASSWORD = 'a secret';

/** Made by `perl -e 'print crypt("a secret", "\$2b\$05\$abcdefghijklmnopqrstuu")'`; the registry takes bcrypt alone. */
const HTPASSWD = `${USER}:$2b$05$abcdefghijklmnopqrstuuIAEipimVgSTxGS2VyWH9AhzRz3iJI3.\n`;

/** How a reference registry is set up. */
export interface RegistrySetup {
  readonly auth?: RegistryAuth | undefined;
  /** Speaks https with it. */
  readonly tls?: TestCertificate;
}

/** Starts a reference registry that allows deletion. */
export async function startRegistry(kind: RegistryKind, { auth, tls }: RegistrySetup = {}): Promise<RegistryServer> {
  const dir = mkdtempSync(join(tmpdir(), 'distrokit-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(dir, 'data') }, delete: { enabled: true } },
    http: { addr: host, secret: 'of the test', ...(tls === undefined ? {} : { tls: tlsConfig(dir, tls) }) },
    ...(auth === undefined ? {} : { auth: authConfig(dir, auth) }),
  };
  const file = join(dir, 'config.yml');
  writeFileSync(file, JSON.stringify(config));
  const program = kind === 'debian' ? 'docker-registry' : goProgram('registry');
  return startServer({ program, args: ['serve', file], host, dir });
}

/** Starts a registry, in memory, that has the referrers API. */
export async function startReferrersRegistry(): Promise<RegistryServer> {
  const dir = mkdtempSync(join(tmpdir(), 'distrokit-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  return startServer({ program: goMain('referrers-registry'), args: [host], host, dir });
}

/** Starts a server and waits until it answers. */
async function startServer({ program, args, host, dir }: ServerProgram): Promise<RegistryServer> {
  const server = spawn(program, args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  while (!(await isListening(host))) {
    if (server.exitCode !== null) throw new Error(`${program} ended with ${server.exitCode}`);
    await sleep(50);
  }
  return {
    host,
    dir,
    async [Symbol.asyncDispose]() {
      server.kill();
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A server's program and where it listens. */
interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly host: string;
  readonly dir: string;
}

function isListening(host: string): Promise<boolean> {
  const [address, port] = host.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), address);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function tlsConfig(dir: string, tls: TestCertificate): object {
  const files = { certificate: join(dir, 'certificate.pem'), key: join(dir, 'key.pem') };
  writeFileSync(files.certificate, tls.certificate);
  writeFileSync(files.key, tls.key);
  return files;
}

function authConfig(dir: string, auth: RegistryAuth): object {
  if (auth.kind === 'basic') {
    const path = join(dir, 'htpasswd');
    writeFileSync(path, HTPASSWD);
    return { htpasswd: { realm: 'test', path } };
  }
  const rootcertbundle = join(dir, 'token.pem');
  writeFileSync(rootcertbundle, auth.certificate);
  return { token: { realm: auth.realm, service: 'the registry', issuer: 'the test', rootcertbundle } };
}
