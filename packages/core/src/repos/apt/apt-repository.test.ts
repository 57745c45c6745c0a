import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256Of } from '../../model/digest.ts';
import { compareText } from '../../model/json.ts';
import type { RepoChange } from '../repo-change.ts';
import type { AptPackage } from './apt-package.ts';
import { aptSources } from '../../model/apt-sources.ts';
import { type AptRepositoryOptions, changeAptRepository } from './change-apt-repository.ts';
import { readAptSuite } from './read-apt-suite.ts';

const OPTIONS: AptRepositoryOptions = {
  suite: 'stable',
  origin: 'Harbor',
  label: 'Harbor',
  description: 'Packages of Harbor',
  architectures: ['amd64'],
  date: 1_795_219_200,
};

/** A repository in memory. */
class Repository {
  readonly files = new Map<string, Uint8Array>();

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.files.get(path);
  }

  async add(packages: readonly AptPackage[], options: Partial<AptRepositoryOptions> = {}): Promise<RepoChange> {
    const change = await changeAptRepository(this, packages, { ...OPTIONS, ...options });
    for (const { path, content } of [...change.indexes, ...change.entries]) this.files.set(path, content);
    for (const path of change.obsolete) this.files.delete(path);
    return change;
  }

  text(path: string): string {
    return Buffer.from(this.files.get(path) ?? []).toString();
  }

  /** The names that an architecture's index has. */
  async names(arch: string): Promise<readonly string[]> {
    const suite = await readAptSuite(this, 'stable');
    return [...(suite?.packages.get(arch)?.values() ?? [])].map(({ name }) => name);
  }

  /** The path of a file by the digest that `Release` gives of it. */
  byHash(path: string): string {
    const release = this.text('dists/stable/Release');
    const sum = release.split('\n').find((line) => line.endsWith(` ${path}`)) ?? '';
    return `dists/stable/${path.slice(0, path.lastIndexOf('/'))}/by-hash/SHA256/${sum.trim().split(' ')[0]}`;
  }
}

function madeUp(overrides: Partial<AptPackage> & { readonly content?: string } = {}): AptPackage {
  const {
    content = '',
    name = 'kubelet',
    version = '1.36.3-1',
    arch = 'amd64',
    section = 'admin',
    ...rest
  } = overrides;
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${arch}`,
    'Maintainer: Harbor <release@harbor.example>',
    `Section: ${section}`,
    'Description: agent of a node',
    ' It runs pods.',
    '',
  ].join('\n');
  const sha256 = sha256Of(`${control}${content}`);
  return { name, version, arch, section, control, files: [`usr/bin/${name}`], sha256, size: 1000, ...rest };
}

describe('an apt repository', () => {
  test('has this Release', async () => {
    // given
    const repository = new Repository();

    // when
    await repository.add([madeUp()], { codename: 'harbor1', validFor: 86_400 });

    // then
    const lines = repository.text('dists/stable/Release').split('\n');
    expect(lines.slice(0, 12)).toEqual([
      'Origin: Harbor',
      'Label: Harbor',
      'Suite: stable',
      'Codename: harbor1',
      'Date: Sat, 21 Nov 2026 00:00:00 UTC',
      'Valid-Until: Sun, 22 Nov 2026 00:00:00 UTC',
      'Acquire-By-Hash: yes',
      'No-Support-for-Architecture-all: Packages',
      'Architectures: amd64',
      'Components: main',
      'Description: Packages of Harbor',
      'SHA256:',
    ]);
    expect(lines.slice(12, -1).map((line) => line.split(' ')[3])).toEqual([
      'main/Contents-amd64',
      'main/Contents-amd64.gz',
      'main/binary-amd64/Packages',
      'main/binary-amd64/Packages.gz',
      'main/binary-amd64/Release',
    ]);
  });

  test('lists a package with its place before its description', async () => {
    // given
    const repository = new Repository();
    const library = madeUp({ name: 'libharbor', version: '1:2.0~rc.1-1' });

    // when
    const { pool } = await repository.add([library]);

    // then
    const entry = (await readAptSuite(repository, 'stable'))?.packages.get('amd64')?.values().next().value;
    const place = 'pool/main/libh/libharbor/libharbor_2.0~rc.1-1_amd64.deb';
    expect(pool).toEqual([{ path: place, sha256: library.sha256, size: 1000 }]);
    expect(entry?.text).toBe(
      library.control.replace(
        'Description:',
        `Filename: ${place}\nSize: 1000\nSHA256: ${library.sha256}\nDescription:`,
      ),
    );
  });

  test('has an index of every declared architecture, with the packages for all', async () => {
    // given
    const repository = new Repository();

    // when
    await repository.add([madeUp({ name: 'common', arch: 'all' })], { architectures: ['arm64', 'amd64'] });

    // then
    expect(await repository.names('amd64')).toEqual(['common']);
    expect(await repository.names('arm64')).toEqual(['common']);
  });

  test('gives an architecture that comes later the packages for all, and what they own', async () => {
    // given
    const packages = [madeUp({ name: 'common', arch: 'all' }), madeUp()];
    const late = madeUp({ arch: 'arm64' });
    const [grown, whole] = [new Repository(), new Repository()];

    // when
    await grown.add(packages);
    await grown.add([late]);
    await whole.add([...packages, late]);

    // then
    expect(await grown.names('arm64')).toEqual(['common', 'kubelet']);
    expect(grown.text('dists/stable/Release')).toBe(whole.text('dists/stable/Release'));
  });

  test('is the same however the packages come to it', async () => {
    const words = fc.stringMatching(/^[a-z][a-z0-9]{1,4}$/);
    const packages = fc.uniqueArray(
      fc.record({
        name: words,
        version: fc.constantFrom('1.0-1', '1.0~rc.1-1', '1.10-1', '1.9-1'),
        arch: fc.constantFrom('amd64', 'arm64'),
        files: fc.array(fc.stringMatching(/^usr\/[a-z ,]{1,4}$/), { maxLength: 3 }),
      }),
      { selector: ({ name, version, arch }) => `${name} ${version} ${arch}`, minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(packages, async (list) => {
        const made = list.map((each) => madeUp(each));
        const [whole, grown] = [new Repository(), new Repository()];
        const architectures = ['amd64', 'arm64'];
        await whole.add(
          made.toSorted((a, b) => compareText(a.sha256, b.sha256)),
          { architectures },
        );
        for (const each of made) await grown.add([each], { architectures });
        expect(grown.text('dists/stable/Release')).toBe(whole.text('dists/stable/Release'));
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['the same version', madeUp({ content: 'other' })],
    ['another epoch, which has the same place', madeUp({ version: '1:1.36.3-1' })],
  ])('refuses other bytes for %s', async (_, other) => {
    // given
    const repository = new Repository();
    await repository.add([madeUp()]);

    // when
    const later = repository.add([other]);
    const together = new Repository().add([madeUp(), other]);

    // then
    await expect(later).rejects.toMatchObject({ code: 'PUBLISH_CONFLICT' });
    await expect(together).rejects.toMatchObject({ code: 'PUBLISH_CONFLICT' });
  });

  test('changes nothing when it has the packages already', async () => {
    // given
    const repository = new Repository();
    await repository.add([madeUp()]);

    // when
    const { indexes, entries, obsolete } = await repository.add([madeUp()]);

    // then
    expect({ indexes, entries, obsolete }).toEqual({ indexes: [], entries: [], obsolete: [] });
  });

  test('keeps what the last three states named, by digest', async () => {
    // given
    const repository = new Repository();
    const lists: string[] = [];
    for (let patch = 0; patch < 4; patch += 1) {
      await repository.add([madeUp({ version: `1.36.${patch}-1` })]);
      lists.push(repository.byHash('main/binary-amd64/Packages.gz'));
    }

    // then
    expect(lists.map((path) => repository.files.has(path))).toEqual([false, true, true, true]);
  });
});

describe('what is published', () => {
  test.each(['main/binary-amd64/Packages.gz', 'main/Contents-amd64.gz', 'main/binary-amd64/Release'])(
    'is refused when %s is another or missing',
    async (path) => {
      // given
      const repository = new Repository();
      await repository.add([madeUp()]);
      const place = repository.byHash(path);
      const changed = new Uint8Array(repository.files.get(place) ?? []);

      // when
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      repository.files.set(place, changed);
      const other = repository.add([madeUp({ name: 'kubectl' })]);
      await expect(other).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      repository.files.delete(place);

      // then
      const missing = repository.add([madeUp({ name: 'kubectl' })]);
      await expect(missing).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    },
  );

  test.each([
    [
      'a size that is wrong',
      / (\d+) main\/binary-amd64\/Packages\.gz/,
      ' 9$1 main/binary-amd64/Packages.gz',
      'DIGEST_MISMATCH',
    ],
    ['a sum that is short', /^ [0-9a-f]{64}/m, ' abc', 'FORMAT_INVALID'],
    ['a path that leaves the suite', 'main/binary-amd64/Release', '../Release', 'FORMAT_INVALID'],
    ['a date that is none', /^Date: .*/m, 'Date: today', 'FORMAT_INVALID'],
    ['a field twice', /^Suite: .*/m, '$&\n$&', 'FORMAT_INVALID'],
  ])('is refused when Release has %s', async (_, from, to, code) => {
    // given
    const repository = new Repository();
    await repository.add([madeUp()]);

    // when
    const text = repository.text('dists/stable/Release');
    const changed = text.replace(from, to);
    repository.files.set('dists/stable/Release', Buffer.from(changed));

    // then
    expect(changed).not.toBe(text);
    await expect(readAptSuite(repository, 'stable')).rejects.toMatchObject({ code });
  });

  test.each([['../..'], ['a/b'], ['']])('is never in the suite %j', async (suite) => {
    await expect(new Repository().add([madeUp()], { suite })).rejects.toMatchObject({ code: 'NAME_INVALID' });
  });

  test.each([[Number.NaN], [-1], [0.5], [1e12]])('is never from %d', async (date) => {
    await expect(new Repository().add([madeUp()], { date })).rejects.toMatchObject({ code: 'FORMAT_LIMIT' });
  });
});

test('the sources file names the repository and its key', () => {
  const text = aptSources({
    url: 'https://apt.harbor.example',
    suite: 'stable',
    signedBy: '/usr/share/keyrings/h.pgp',
  });
  expect(text).toBe(
    'Types: deb\nURIs: https://apt.harbor.example\nSuites: stable\nComponents: main\nSigned-By: /usr/share/keyrings/h.pgp\n',
  );
});
