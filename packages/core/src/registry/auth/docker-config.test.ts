import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dockerCredentials } from './docker-config.ts';

let dir: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'docker-config-'));
  env = { PATH: `${dir}/bin:${process.env['PATH']}`, HOME: dir, DOCKER_CONFIG: join(dir, 'docker') };
  for (const name of ['bin', 'docker', '.docker', 'run/containers']) await mkdir(join(dir, name), { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const write = (file: string, config: object): Promise<void> => writeFile(join(dir, file), JSON.stringify(config));

/** A credential helper that prints what it was asked and answers with it. */
async function helper(name: string, script: string): Promise<void> {
  const file = join(dir, 'bin', `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\n[ "$1" = get ] || exit 3\nread -r server\n${script}\n`);
  await chmod(file, 0o755);
}

describe('dockerCredentials', () => {
  test('is nobody where nothing is configured', async () => {
    expect(await dockerCredentials(env)('registry.example')).toBeUndefined();
    await write('docker/config.json', {});
    expect(await dockerCredentials(env)('registry.example')).toBeUndefined();
  });

  test.each([
    ['registry.example', 'registry.example'],
    ['https://registry.example', 'registry.example'],
    ['https://registry.example/v1/', 'registry.example'],
    ['https://registry.example/v2', 'registry.example'],
    ['Registry.example:5000', 'registry.example:5000'],
    ['https://index.docker.io/v1/', 'docker.io'],
  ])('finds the key %s for %s', async (key, host) => {
    await write('docker/config.json', { auths: { [key]: { auth: base64('tester:a:secret') } } });
    expect(await dockerCredentials(env)(host)).toEqual({ username: 'tester', password: 'a:secret' });
    expect(await dockerCredentials(env)('other.example')).toBeUndefined();
    expect(await dockerCredentials(env)(`${host}0`)).toBeUndefined();
  });

  test('takes names and passwords that are not encoded, and identity tokens', async () => {
    await write('docker/config.json', {
      auths: { 'a.example': { username: 'u', password: 'p' }, 'b.example': { auth: base64('u:'), identitytoken: 't' } },
    });
    expect(await dockerCredentials(env)('a.example')).toEqual({ username: 'u', password: 'p' });
    expect(await dockerCredentials(env)('b.example')).toEqual({ identityToken: 't' });
  });

  test("looks into the home without DOCKER_CONFIG, and into podman's file after that", async () => {
    const { DOCKER_CONFIG: _, ...plain } = env;
    const podman = { ...plain, XDG_RUNTIME_DIR: join(dir, 'run') };
    await write('.docker/config.json', { auths: { 'a.example': { username: 'home', password: 'p' } } });
    await write('run/containers/auth.json', {
      auths: { 'a.example': { username: 'run', password: 'p' }, 'b.example': { username: 'run', password: 'p' } },
    });
    expect(await dockerCredentials(podman)('a.example')).toMatchObject({ username: 'home' });
    expect(await dockerCredentials(podman)('b.example')).toMatchObject({ username: 'run' });
  });

  test('asks the helper of a registry, else that of all, else the file', async () => {
    await helper('one', `printf '{"ServerURL":"%s","Username":"one","Secret":"%s"}' "$server" "$server"`);
    await helper(
      'all',
      `case "$server" in known.example) echo '{"Username":"<token>","Secret":"t"}';; *) echo credentials not found in native keychain; exit 1;; esac`,
    );
    await write('docker/config.json', {
      credsStore: 'all',
      credHelpers: { 'one.example': 'one' },
      auths: { 'file.example': { auth: base64('file:p') } },
    });
    const credentials = dockerCredentials(env);
    expect(await credentials('one.example')).toEqual({ username: 'one', password: 'one.example' });
    expect(await credentials('known.example')).toEqual({ identityToken: 't' });
    expect(await credentials('file.example')).toEqual({ username: 'file', password: 'p' });
    expect(await credentials('none.example')).toBeUndefined();
  });

  test.each([
    ['exit 2', /docker-credential-bad failed for a\.example with exit code 2/u],
    ['echo not json', /printed no credentials/u],
    ['echo hunter2; echo hunter2 >&2; exit 1', /exit code 1/u],
    [`echo '{"Username":1,"Secret":"hunter2"}'`, /printed no credentials/u],
  ])('fails without a word of what a helper printed: %s', async (script, message) => {
    await helper('bad', script);
    await write('docker/config.json', { credHelpers: { 'a.example': 'bad' } });
    const failed = await dockerCredentials(env)('a.example').catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'CREDENTIALS_INVALID', message: expect.stringMatching(message) });
    expect(String(failed)).not.toContain('hunter2');
  });

  test.each(['missing', '../evil', 'a b'])('says that the helper %j cannot be asked', async (name) => {
    await write('docker/config.json', { credHelpers: { 'a.example': name } });
    await expect(dockerCredentials(env)('a.example')).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });

  test.each(['{"auths": "hunter2"}', 'hunter2', '[]'])('says nothing of what is in a wrong file: %s', async (text) => {
    await writeFile(join(dir, 'docker/config.json'), text);
    const failed = await dockerCredentials(env)('a.example').catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'CREDENTIALS_INVALID' });
    expect(String(failed)).not.toContain('hunter2');
  });
});
