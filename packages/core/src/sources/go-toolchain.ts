import { tmpdir } from 'node:os';
import { DistroError } from '../errors/distro-error.ts';
import { runProgram, tailText } from './run-program.ts';

/** The Go on this machine. */
export interface GoToolchain {
  /** Such as `1.26.8`. */
  readonly version: string;
  /**
   * An environment for `go` that reaches what the user configured for fetching and caching (proxy, checksum database,
   * private modules, caches) and nothing that could change a byte of a result.
   */
  readonly env: Readonly<Record<string, string>>;
}

/** What Go may take from the user's configuration, `go env -w` included: where modules come from and where they are kept. */
const GO_SETTINGS = [
  'GOAUTH',
  'GOCACHE',
  'GOCACHEPROG',
  'GOINSECURE',
  'GOMODCACHE',
  'GONOPROXY',
  'GONOSUMDB',
  'GOPATH',
  'GOPRIVATE',
  'GOPROXY',
  'GOSUMDB',
  'GOTOOLCHAIN',
  'GOVCS',
];

/** What the compilers, and the version control programs that Go starts, need to reach a server and their caches. */
const INHERITED =
  /^(https?_proxy|no_proxy|all_proxy|ssl_cert_(file|dir)|ssh_auth_sock|git_(ssh|config|askpass|terminal).*|netrc|home|path|tmpdir|user|xdg_cache_home|xdg_config_home|zig_global_cache_dir)$/iu;

const HINT = 'install Go: https://go.dev/doc/install';

/**
 * Asks the machine's Go for its version and settings.
 *
 * @throws TOOL_MISSING when there is no Go.
 */
export async function findGo(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<GoToolchain> {
  const inherited = processEnv();
  // Away from any go.mod or go.work, whose toolchain line would choose another Go.
  const run = {
    cwd: tmpdir(),
    env: { ...inherited, GOWORK: 'off' },
    capture: true,
    hint: HINT,
    signal: options.signal,
  };
  const asked = await runProgram('go', ['env', '-json', 'GOVERSION', ...GO_SETTINGS], run);
  if (asked.exit !== 0) throw new DistroError('TOOL_MISSING', `go env failed: ${tailText(asked)}`, { hint: HINT });
  const { GOVERSION = '', ...settings } = JSON.parse(asked.stdout) as Record<string, string>;
  const env = { ...inheritedOnly(inherited), ...dropEmpty(settings), ...FIXED };
  return { version: GOVERSION.replace(/^go/u, ''), env };
}

/** Fixed for every run. An empty variable would fall back to the user's `go env -w` file, so that file is turned off. */
const FIXED = {
  GOENV: 'off',
  GOWORK: 'off',
  GO111MODULE: 'on',
  GOTELEMETRY: 'off',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/**
 * Checks that the Go on this machine is the one that the lock pins.
 *
 * @throws TOOL_VERSION when it is another.
 */
export function assertGoVersion(go: GoToolchain, pinned: string): void {
  if (go.version === pinned) return;
  throw new DistroError('TOOL_VERSION', `the lock pins Go ${pinned}, this machine has Go ${go.version}`, {
    hint: `set GOTOOLCHAIN=go${pinned} to use the pinned one, or pin yours: distrokit update go`,
  });
}

function processEnv(): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

function inheritedOnly(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => INHERITED.test(name)));
}

function dropEmpty(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''));
}
