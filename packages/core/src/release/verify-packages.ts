import { join } from 'node:path';
import { problemsOf, type Problem } from '../errors/distro-error.ts';
import { readDeb } from '../formats/deb/read.ts';
import { readRpm } from '../formats/rpm/read-rpm.ts';
import { ARCHES } from '../model/arch.ts';
import { debVersionOfText } from '../model/deb-version.ts';
import { formatRpmVersion, rpmVersionOf } from '../model/rpm-version.ts';
import { fileSource } from '../store/file-bytes.ts';
import type { ReleasePackage } from './document.ts';
import { eachLimited } from './each-limited.ts';
import type { VerifyContext } from './verify-context.ts';

/** What a package says of itself, in the words of its format. */
interface Identity {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
}

/** Reads every package with the strict readers and compares what it says with `release.json`. */
export async function verifyPackages(context: VerifyContext): Promise<readonly Problem[]> {
  const { release, whole, signal } = context;
  const problems: Problem[] = [];
  const listed = new Map(release.files.map((entry) => [entry.file, entry]));
  await eachLimited(release.packages, 3, async (entry) => {
    signal?.throwIfAborted();
    const { file, path } = entry;
    const { sha256 } = listed.get(file) ?? {};
    if (sha256 !== entry.sha256) {
      const message = `${file}: its package entry and its file entry in release.json differ`;
      problems.push({ code: 'RELEASE_INVALID', message, path });
    } else if (whole.has(file)) problems.push(...(await checkPackage(context.directory, entry)));
  });
  return problems;
}

async function checkPackage(directory: string, entry: ReleasePackage): Promise<readonly Problem[]> {
  const { file, path } = entry;
  try {
    const found = await identityOf(join(directory, file), entry);
    const expected = expectedIdentity(entry);
    return (['name', 'version', 'arch'] as const).flatMap((field) => {
      if (found[field] === expected[field]) return [];
      const message = `${file}: its ${field} is ${found[field]}, but release.json says ${expected[field]}`;
      return [{ code: 'RELEASE_INVALID', message, path }];
    });
  } catch (error) {
    return problemsOf(error).map(({ code, message }) => ({
      code,
      message: message.includes(file) ? message : `${file}: ${message}`,
      path,
    }));
  }
}

async function identityOf(file: string, { format, file: what }: ReleasePackage): Promise<Identity> {
  const source = await fileSource(file);
  if (format === 'deb') {
    const { control } = await readDeb(source, { what });
    const field = (name: string): string => control.get(name) ?? '';
    return { name: field('Package'), version: field('Version'), arch: field('Architecture') };
  }
  const { name, arch, epoch, version, release } = await readRpm(source);
  return { name, arch, version: formatRpmVersion({ epoch, version, release }) };
}

function expectedIdentity({ name, version, arch, format }: ReleasePackage): Identity {
  if (format === 'rpm') return { name, arch, version: rpmVersionOfText(version) };
  return { name, arch: arch === 'all' ? 'all' : ARCHES[arch].deb, version: debVersionOfText(version) };
}

/** The release of a package stands after the last `-`, its epoch before the first `:`. */
function rpmVersionOfText(text: string): string {
  const [, epoch, version = '', release = ''] = /^(?:(\d+):)?(.*)-([^-]*)$/.exec(text) ?? [];
  return formatRpmVersion(rpmVersionOf({ version, release, ...(epoch === undefined ? {} : { epoch: Number(epoch) }) }));
}
