import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { DistroError } from '../../errors/distro-error.ts';
import { fsError, ifExists } from '../../store/fs-error.ts';
import { askCredentialHelper } from './credential-helper.ts';
import type { CredentialSource, Credentials } from './credentials.ts';

const entrySchema = z.object({
  auth: z.string().exactOptional(),
  username: z.string().exactOptional(),
  password: z.string().exactOptional(),
  identitytoken: z.string().exactOptional(),
});

const configSchema = z.object({
  auths: z.record(z.string(), entrySchema).default({}),
  credHelpers: z.record(z.string(), z.string()).default({}),
  credsStore: z.string().default(''),
});

type DockerConfig = z.infer<typeof configSchema>;

/** The name that docker keeps the credentials of its own registry under. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

/**
 * The credentials that `docker login` and `podman login` left: of `$DOCKER_CONFIG/config.json` (else
 * `~/.docker/config.json`), then of `$XDG_RUNTIME_DIR/containers/auth.json`. The first file that knows a registry
 * decides. In each, `credHelpers` goes before `credsStore`, and that before `auths`.
 *
 * @throws CREDENTIALS_INVALID, PERMISSION_DENIED when they are asked
 */
export function dockerCredentials(env: NodeJS.ProcessEnv = process.env): CredentialSource {
  const found = new Map<string, Promise<Credentials | undefined>>();
  const ask = async (host: string): Promise<Credentials | undefined> => {
    for (const file of configFiles(env)) {
      const config = await readConfig(file);
      const credentials = config === undefined ? undefined : await findIn(config, { host, file, env });
      if (credentials !== undefined) return credentials;
    }
    return undefined;
  };
  return (host) => {
    const known = found.get(host) ?? ask(host);
    found.set(host, known);
    return known;
  };
}

function configFiles(env: NodeJS.ProcessEnv): string[] {
  const dockerDir = env['DOCKER_CONFIG'] ?? '';
  const runtimeDir = env['XDG_RUNTIME_DIR'] ?? '';
  return [
    join(dockerDir === '' ? join(env['HOME'] ?? homedir(), '.docker') : dockerDir, 'config.json'),
    ...(runtimeDir === '' ? [] : [join(runtimeDir, 'containers/auth.json')]),
  ];
}

async function readConfig(file: string): Promise<DockerConfig | undefined> {
  const text = await ifExists(readFile(file, 'utf8')).catch((error: unknown) => {
    throw fsError(error, file);
  });
  if (text === undefined) return undefined;
  try {
    return configSchema.parse(JSON.parse(text));
  } catch {
    // Neither the parser's message nor the schema's: both may quote a secret.
    throw new DistroError('CREDENTIALS_INVALID', `${file} is not a docker configuration`, {
      hint: 'it is a JSON object with auths, credHelpers and credsStore',
    });
  }
}

interface Asked {
  readonly host: string;
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}

async function findIn(config: DockerConfig, { host, file, env }: Asked): Promise<Credentials | undefined> {
  const key = isDockerHub(host) ? DOCKER_HUB_KEY : host;
  const helper = Object.entries(config.credHelpers).find(([name]) => hostOf(name) === hostOf(key));
  if (helper !== undefined) return askCredentialHelper(helper[1], helper[0], env);
  if (config.credsStore !== '') {
    const stored = await askCredentialHelper(config.credsStore, key, env);
    if (stored !== undefined) return stored;
  }
  const entry = config.auths[key] ?? Object.entries(config.auths).find(([name]) => hostOf(name) === hostOf(key))?.[1];
  return entry === undefined ? undefined : fromEntry(entry, { host, file });
}

function fromEntry(
  { auth = '', username, password, identitytoken = '' }: z.infer<typeof entrySchema>,
  { host, file }: Pick<Asked, 'host' | 'file'>,
): Credentials | undefined {
  if (identitytoken !== '') return { identityToken: identitytoken };
  if (auth === '') return username === undefined || password === undefined ? undefined : { username, password };
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon > 0) return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/u, '') };
  throw new DistroError('CREDENTIALS_INVALID', `the auth of ${host} in ${file} is not user:password in base64`);
}

/** The host of a key, which older clients wrote as an address: `https://registry.example/v1/`. */
function hostOf(key: string): string {
  return key
    .replace(/^https?:\/\//u, '')
    .replace(/\/(?:v[12]\/?)?$/u, '')
    .toLowerCase();
}

/** True for the names of docker's own registry. */
export function isDockerHub(host: string): boolean {
  return ['docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host);
}
