/** The files of a project of somebody else, which extends distrokit by subclassing; its kernel is served at `origin`. */
export function outsideProject(origin: string): Readonly<Record<string, string>> {
  return {
    'lantern.ts': LANTERN,
    'lamp.ts': LAMP,
    'dashboard.ts': DASHBOARD,
    'tunnel.ts': TUNNEL,
    'distro.ts': `import { App } from '@distrokit/core';
import { Lantern } from './lantern.ts';

const app = new App();
new Lantern(app, 'lantern', { origin: '${origin}' });
export default app;
`,
    'wrong.ts': WRONG,
    'lamp.sh': '#!/bin/sh\necho light\n',
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'es2024',
        module: 'nodenext',
        strict: true,
        noEmit: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        verbatimModuleSyntax: true,
        erasableSyntaxOnly: true,
        allowImportingTsExtensions: true,
        types: ['node'],
      },
    }),
  };
}

const LANTERN = `import { type App, Arch, Distro, Kernel, type Problem, kubernetes } from '@distrokit/core';
import { Kubeadm } from '@distrokit/addons';
import { Dashboard } from './dashboard.ts';
import { Lamp } from './lamp.ts';
import { Tunnel } from './tunnel.ts';

export interface LanternProps {
  readonly origin: string;
  readonly version?: string;
}

export class Lantern extends Distro {
  readonly dashboard: Dashboard;

  constructor(scope: App, id: string, props: LanternProps) {
    super(scope, id, {
      version: props.version ?? '2.0.0',
      vendor: { name: 'Lantern', email: 'release@lantern.example', url: 'https://lantern.example' },
      registry: 'registry.lantern.example',
      targets: ['debian12'],
      date: '2026-01-01T00:00:00Z',
    });
    new Arch(this, 'amd64');
    new Kernel(this, 'kernel', { version: '1.36.3', source: kubernetes.fromUpstream({ baseUrl: props.origin }) });
    new Lamp(this, 'lamp');
    new Tunnel(this, 'tunnel', { mtu: 1400 });
    this.dashboard = new Dashboard(this, 'dashboard', { replicas: 2 });
    new Kubeadm(this, 'kubeadm');
  }

  override check(): readonly Omit<Problem, 'path'>[] {
    const own = this.components.length > 9 ? [{ code: 'VALIDATION', message: 'a lantern has one lamp' } as const] : [];
    return [...super.check(), ...own];
  }
}
`;

const LAMP = `import { Component, Package, file } from '@distrokit/core';
import type { Construct } from 'constructs';

export class Lamp extends Component {
  constructor(scope: Construct, id: string) {
    super(scope, id, { version: '0.1.0', source: file('lamp.sh'), name: 'lamp', license: 'MIT' });
    new Package(this, 'package', { component: this, binaries: '/usr/libexec' });
  }
}
`;

const DASHBOARD = `import { AddOn, file, type Problem } from '@distrokit/core';
import type { Construct } from 'constructs';
import { z } from 'zod';

export interface DashboardProps {
  readonly replicas: number;
}

const schema: z.ZodType<DashboardProps> = z.strictObject({ replicas: z.int().min(1) });

export class Dashboard extends AddOn {
  readonly replicas: number;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id, { version: '3.1.0', kernels: '1.36', owner: 'Lantern', upstream: 'https://lantern.example' });
    this.replicas = this.checkProps(schema, props).replicas;
    const image = this.image('dashboard', file('lamp.sh'), { tag: 'v3.1.0' });
    const metadata = { name: id, namespace: 'kube-system' };
    const labels = { app: id };
    this.manifest({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: this.replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: id, image: image.reference }] },
        },
      },
    });
  }

  override check(): readonly Omit<Problem, 'path'>[] {
    if (this.replicas <= 3) return super.check();
    return [...super.check(), { code: 'VALIDATION', message: \`\${this.replicas} replicas are too many\`, hint: 'take 3' }];
  }
}
`;

const TUNNEL = `import { Driver, Package, text, type PlanBuilder } from '@distrokit/core';
import type { Construct } from 'constructs';

export class Tunnel extends Driver {
  readonly mtu: number;

  constructor(scope: Construct, id: string, props: { readonly mtu: number }) {
    super(scope, id, { kind: 'network', version: '1.0.0' });
    this.mtu = props.mtu;
    new Package(this, 'package', {
      name: 'lantern-tunnel',
      version: this.version,
      arch: 'all',
      summary: 'network of the lantern',
      files: { '/etc/lantern/tunnel.conf': text(\`mtu = \${this.mtu}\\n\`) },
    });
  }

  override plan(builder: PlanBuilder): void {
    super.plan(builder);
    if (this.mtu < 576) {
      builder.problem({ code: 'VALIDATION', path: this.node.path, message: \`an mtu of \${this.mtu} is too small\` });
    }
  }
}
`;

/** Each line that must not type-check says so; one that does is an error of the compiler. */
const WRONG = `import { App, Distro, Driver, Package, type DistroProps } from '@distrokit/core';
import { Kubeadm } from '@distrokit/addons';
import { verify } from '@distrokit/core/toolkit';
import { main } from '@distrokit/cli';

export function wrong(distro: Distro, props: DistroProps): Promise<number> {
  // @ts-expect-error: it has no version
  new Driver(distro, 'storage', { kind: 'storage' });
  // @ts-expect-error: there is no such kind
  new Driver(distro, 'sound', { kind: 'sound', version: '1.0.0' });
  // @ts-expect-error: targets are a list
  new Distro(new App(), 'lantern', { ...props, targets: 'debian12' });
  // @ts-expect-error: text(…) makes a file
  new Package(distro, 'file', { files: { '/etc/file': 'text' } });
  // @ts-expect-error: the cluster's name is a text
  new Kubeadm(distro, 'kubeadm', { clusterName: 1 });
  // @ts-expect-error: a release is named by its directory
  void verify(1);
  // @ts-expect-error: arguments are texts
  return main([1]);
}
`;
