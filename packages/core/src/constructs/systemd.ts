import type { PackageUnit } from '../model/package-spec.ts';

/** A system user and group of the same name. */
export interface SystemUser {
  readonly name: string;
  /** One line of description. @default the name */
  readonly description?: string;
  /** @default '/' */
  readonly home?: string;
}

/** A user that a package creates, declared once: it becomes a sysusers.d line in both families. */
export function sysuser(name: string, options: Omit<SystemUser, 'name'> = {}): SystemUser {
  return { name, ...options };
}

/** The line of a sysusers.d file for a user; see sysusers.d(5). */
export function sysusersLine(user: SystemUser): string {
  return `u ${user.name} - "${user.description ?? user.name}" ${user.home ?? '/'} -`;
}

/** Settings of a systemd service. */
export interface ServiceOptions {
  /** The command line. */
  readonly exec: string;
  /** The unit's name. @default the package's name with `.service` */
  readonly name?: string;
  /** @default the package's summary */
  readonly description?: string;
  readonly documentation?: string;
  /** @default 'no' */
  readonly restart?: 'no' | 'always' | 'on-failure';
  /** Seconds between restarts. @default systemd's own 100 ms */
  readonly restartSec?: number;
  /** Runs as this user, which the package then creates. @default root */
  readonly user?: SystemUser;
  /** Units that must have started before. @default ['network-online.target'] */
  readonly after?: readonly string[];
  /** Units that are started with it. @default ['network-online.target'] */
  readonly wants?: readonly string[];
  /** Further lines of the `[Service]` section, in order. @default [] */
  readonly service?: readonly string[];
  /** Enabled when first installed. @default true */
  readonly enable?: boolean;
  /** Started when installed and restarted on upgrade. @default true */
  readonly start?: boolean;
}

/** A declared service: made by {@link systemd} or {@link unit}. */
export type Service = ServiceOptions | PackageUnit;

/** A systemd service written from its settings. */
export function systemd(options: ServiceOptions): Service {
  return options;
}

/** A systemd unit given as text. */
export function unit(
  name: string,
  content: string,
  options: { readonly enable?: boolean; readonly start?: boolean } = {},
): Service {
  return { name, text: content, enable: options.enable ?? true, start: options.start ?? true };
}

/** The unit that a service becomes in a package. */
export function toUnit(service: Service, defaults: { readonly name: string; readonly summary: string }): PackageUnit {
  if ('text' in service) return service;
  return {
    name: service.name ?? `${defaults.name}.service`,
    text: unitText(service, defaults.summary),
    enable: service.enable ?? true,
    start: service.start ?? true,
  };
}

/** The user that a service needs, or undefined when it runs as root. */
export function userOf(service: Service): SystemUser | undefined {
  return 'text' in service ? undefined : service.user;
}

function unitText(options: ServiceOptions, summary: string): string {
  const { after = ['network-online.target'], wants = ['network-online.target'] } = options;
  const lines = [
    '[Unit]',
    `Description=${options.description ?? summary}`,
    ...(options.documentation === undefined ? [] : [`Documentation=${options.documentation}`]),
    ...(wants.length === 0 ? [] : [`Wants=${wants.join(' ')}`]),
    ...(after.length === 0 ? [] : [`After=${after.join(' ')}`]),
    '',
    '[Service]',
    `ExecStart=${options.exec}`,
    ...(options.user === undefined ? [] : [`User=${options.user.name}`, `Group=${options.user.name}`]),
    ...(options.restart === undefined ? [] : [`Restart=${options.restart}`]),
    ...(options.restartSec === undefined ? [] : [`RestartSec=${options.restartSec}`]),
    ...(options.service ?? []),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return `${lines.join('\n')}\n`;
}
