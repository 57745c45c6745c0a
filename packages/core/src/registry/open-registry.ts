import { DistroError } from '../errors/distro-error.ts';
import { isRegistryHost, isRepositoryPath } from '../model/image-reference.ts';
import { newAuthorizer } from './auth/authorizer.ts';
import { dockerCredentials, isDockerHub } from './auth/docker-config.ts';
import { isLoopback, newHttpClient } from './http-client.ts';
import { DEFAULT_RETRY, type RegistryOptions } from './options.ts';
import { newReferrersSupport } from './referrers-support.ts';
import type { Registry } from './registry.ts';
import { newRepository } from './repository.ts';
import { newTransport } from './transport.ts';

/**
 * Opens a registry: nothing is sent before it is asked for something.
 *
 * @param host - A host, with its port where it has one: `registry.example:5000`, `docker.io`.
 * @throws NAME_INVALID
 */
export function openRegistry(host: string, options: RegistryOptions = {}): Registry {
  if (!isRegistryHost(host)) throw nameInvalid(host, 'a registry', 'name a host: registry.example:5000');
  const origin = originOf(host, options.scheme);
  const { credentials = dockerCredentials(), now = Date.now, chunkSize = Infinity } = options;
  const http = newHttpClient(options);
  const authorizer = newAuthorizer({ origin, host, http, credentials, now });
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const transport = newTransport({ origin, http, authorizer, retry, now });
  const support = newReferrersSupport();
  const close = (): Promise<void> => http.close();
  return {
    host,
    repository(path) {
      if (!isRepositoryPath(path)) throw nameInvalid(path, 'a repository', 'name a path: kubernetes/etcd');
      const isShort = isDockerHub(host) && !path.includes('/');
      return newRepository({ transport, host, path: isShort ? `library/${path}` : path, support, chunkSize });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function originOf(host: string, scheme: 'http' | 'https' | undefined): URL {
  // The name of docker's own registry is not the name of its machine.
  const machine = isDockerHub(host) ? 'registry-1.docker.io' : host;
  const { hostname } = new URL(`https://${machine}`);
  return new URL(`${scheme ?? (isLoopback(hostname) ? 'http' : 'https')}://${machine}`);
}

function nameInvalid(text: string, what: string, hint: string): DistroError {
  return new DistroError('NAME_INVALID', `${JSON.stringify(text.slice(0, 200))} is not the name of ${what}`, { hint });
}
