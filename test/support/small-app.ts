/** How an app differs from the plain one of {@link smallApp}. */
export interface SmallAppChanges {
  /** Lines before the export. */
  readonly body?: string;
  /** Text to replace in the file; each must be there. */
  readonly replace?: Readonly<Record<string, string>>;
}

/** The text of an app that uses every kind of construct; its kernel and its tool are served at `origin`. */
export function smallApp(origin: string, { body = '', replace = {} }: SmallAppChanges = {}): string {
  let text = TEMPLATE.replaceAll('ORIGIN', origin).replace('// BODY\n', body === '' ? '' : `${body}\n`);
  for (const [from, to] of Object.entries(replace)) {
    if (!text.includes(from)) throw new Error(`the app does not hold ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

/** Files beside the app, by their path. */
export const SMALL_FILES: Readonly<Record<string, string>> = {
  'files/motd.txt': 'Welcome aboard.\n',
  'files/agent.conf': 'level = info\n',
  'files/notes': '#!/bin/sh\ncat /etc/small/motd\n',
  'agent.patch': `--- a/greet/greet.go
+++ b/greet/greet.go
@@ -1,3 +1,3 @@
 package greet
 
-const Text = "hello"
+const Text = "ahoy"
`,
};

/** The module of the app's agent, but for its go.mod. */
export const AGENT_FILES: Readonly<Record<string, string>> = {
  'cmd/agent/main.go': `package main

import "example.test/agent/greet"

var version = "dev"

func main() { println(greet.Text, version) }
`,
  'cmd/agentctl/main.go': 'package main\n\nfunc main() { println("agentctl") }\n',
  'greet/greet.go': 'package greet\n\nconst Text = "hello"\n',
};

const TEMPLATE = `import {
  AddOn, App, Arch, Component, Distro, Driver, Kernel, Package, Patch, cProgram, config, directory, file, ghost,
  goModule, kubernetes, local, patch, symlink, systemd, sysuser, text, url,
} from '@distrokit/core';
import { Kubeadm } from '@distrokit/addons';

const app = new App();
const small = new Distro(app, 'small', {
  version: '1.2.3',
  channel: 'stable',
  vendor: { name: 'Small', email: 'release@small.example', url: 'https://small.example' },
  registry: 'registry.small.example',
  targets: ['debian12', 'el9'],
  advisories: [
    { id: 'SSA-2026-1', type: 'bugfix', title: 'The tool', description: 'It ends.', packages: ['tool'] },
  ],
});
new Arch(small, 'amd64');
new Arch(small, 'arm64', { tier: 2 });
const kernel = new Kernel(small, 'kernel', {
  version: '1.36.3',
  source: kubernetes.fromUpstream({ baseUrl: 'ORIGIN' }),
});
new Driver(small, 'runtime', { kind: 'runtime', version: '2.0.0' });

const agent = new Component(small, 'agent', {
  version: '0.4.0',
  source: goModule('example.test/agent', {
    commands: ['./cmd/agent', './cmd/agentctl'],
    variables: { 'main.version': '{version}' },
  }),
  patches: [patch.file('agent.patch')],
  summary: 'agent of every node',
});
new Package(agent, 'package', {
  component: agent,
  files: {
    '/etc/small/agent.conf': config(file('files/agent.conf'), { mode: 0o640 }),
    '/etc/small/motd': local(file('files/motd.txt')),
    '/usr/bin/ctl': symlink('agentctl'),
    '/var/lib/small-agent': directory({ mode: 0o750, owner: 'small-agent', group: 'small-agent' }),
    '/var/log/small-agent.log': ghost({ mode: 0o640 }),
  },
  service: systemd({
    name: 'small-agent.service',
    exec: '/usr/bin/agent',
    restart: 'always',
    user: sysuser('small-agent', { home: '/var/lib/small-agent' }),
  }),
  tmpfiles: ['d /run/small-agent 0750 small-agent small-agent -'],
  depends: { deb: ['libc6 (>= 2.36)'], rpm: ['glibc >= 2.34'] },
});

const tool = new Component(small, 'tool', {
  version: '7.0.1',
  source: url({ tool: 'ORIGIN/tool-{version}-{arch}' }, { arches: ['amd64', 'arm64'] }),
});
new Package(tool, 'package', { component: tool, binaries: '/usr/sbin' });
const notes = new Component(small, 'notes', { version: '1.0.0', source: file('files/notes') });
new Package(notes, 'package', { component: notes, release: '2', recommends: ['agent'] });
new Package(small, 'release', {
  name: 'small-release',
  version: '1.2.3',
  arch: 'all',
  summary: 'name of the distribution',
  files: { '/usr/lib/small-release': text('Small 1.2.3\\n') },
});

const dns = new AddOn(small, 'dns', {
  version: '1.0.0',
  kernels: '>=1.36 <1.37',
  owner: 'Small',
  upstream: 'https://small.example/dns',
});
dns.manifest(
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'dns', namespace: 'kube-system' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'dns', namespace: 'kube-system' }, data: { zone: 'small.example\\n' } },
);
new Kubeadm(small, 'kubeadm');
// BODY
export default app;
`;
