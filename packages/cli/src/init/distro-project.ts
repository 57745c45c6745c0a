/** What a new project is made from. */
export interface DistroProjectOptions {
  /** The distribution's name; also the package's. */
  readonly name: string;
  /** The version of distrokit that the project depends on. */
  readonly distrokit: string;
}

/** The files of a new distribution project by their path, as text. */
export function distroProject(options: DistroProjectOptions): Readonly<Record<string, string>> {
  return {
    'package.json': packageJson(options),
    'distro.ts': distroTs(options),
    'distro.test.ts': distroTestTs(options),
    'tsconfig.json': TSCONFIG,
    'README.md': readme(options),
    '.gitignore': 'node_modules/\ndist/\n',
  };
}

function packageJson({ name, distrokit }: DistroProjectOptions): string {
  const manifest = {
    name,
    private: true,
    version: '0.1.0',
    type: 'module',
    engines: { node: '>=22.19' },
    scripts: {
      lock: 'distrokit lock',
      build: 'distrokit synth',
      verify: 'distrokit verify',
      test: 'node --test',
    },
    dependencies: { '@distrokit/core': distrokit },
    devDependencies: {
      '@distrokit/cli': distrokit,
      '@types/node': '^24.0.0',
      typescript: '^5.9.0 || ^6.0.0 || ^7.0.0',
    },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

function distroTs({ name }: DistroProjectOptions): string {
  return `import { App, Arch, Distro, Kernel, kubernetes } from '@distrokit/core';

const app = new App();

const distro = new Distro(app, '${name}', {
  version: '0.1.0',
  vendor: { name: '${titleOf(name)}', email: 'release@${name}.example', url: 'https://${name}.example' },
  registry: 'registry.${name}.example',
  targets: ['debian12', 'el9'],
});
new Arch(distro, 'amd64');
new Arch(distro, 'arm64');
new Kernel(distro, 'kernel', { version: '1.36.3', source: kubernetes.fromGoModule() });

export default app;
`;
}

function distroTestTs({ name }: DistroProjectOptions): string {
  return `import { test } from 'node:test';
import { planOf } from '@distrokit/core/testing';
import app from './distro.ts';

test('${name} has a kubelet for every architecture', async () => {
  const plan = await planOf(app);
  plan.hasPackage('kubelet', { arch: 'amd64', format: 'deb' });
  plan.hasPackage('kubelet', { arch: 'arm64', format: 'rpm' });
});
`;
}

const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2024',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      noEmit: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
    },
    include: ['*.ts'],
  },
  undefined,
  2,
)}\n`;

function readme({ name }: DistroProjectOptions): string {
  return `# ${titleOf(name)}

A Kubernetes distribution, written in TypeScript with distrokit.

\`\`\`sh
npm install
npm test           # what the distribution is made of; builds nothing
npx distrokit doctor   # what this machine lacks to build it
npm run lock       # pin everything that comes from outside, in distro.lock.json
npm run build      # build the release into dist/
npm run verify     # check every file of it
\`\`\`

\`distro.ts\` is the distribution, \`distro.test.ts\` its tests. Commit \`distro.lock.json\`: with it, every build gives the
same bytes.
`;
}

function titleOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
