import { assertNoProblems } from '../errors/distro-error.ts';
import { bytesSource } from '../model/bytes.ts';
import type { ByteSource } from '../model/bytes.ts';
import { compareText } from '../model/json.ts';
import type { LintOverride, PackageFile, PackageSpec } from '../model/package-spec.ts';
import type { PackageFormat } from '../model/target.ts';
import { debChangelogGzip } from './deb/changelog.ts';
import { fileListProblems } from './package-path.ts';

/** Where packages of both families keep their systemd units; administrators override them in `/etc/systemd/system`. */
export const UNIT_DIRECTORY = '/usr/lib/systemd/system';

/**
 * The complete file list of a package, sorted by path: the files of the spec and what the spec declares by meaning
 * (units, users, temporary files, licence, changelog, accepted findings), where the family wants each of them.
 * A file below /etc is a configuration file even if it does not say so. Parent directories that nobody declared are
 * not in the list.
 *
 * @throws `FILE_COLLISION` for a path that is there twice, `PATH_INVALID` for one that is not absolute and normal or
 * that lies below a file, symlink or ghost; all of them at once.
 */
export function layOut(spec: PackageSpec<ByteSource>, format: PackageFormat): readonly PackageFile<ByteSource>[] {
  const files = listFiles(spec, format, (make) => bytesSource(make()));
  assertNoProblems(fileListProblems(files));
  return files;
}

/**
 * The file list of {@link layOut} without its checks, for any kind of content.
 *
 * @param content - turns the bytes that `make` renders into content; need not call it
 */
export function listFiles<C>(
  spec: PackageSpec<C>,
  format: PackageFormat,
  content: (make: () => string | Uint8Array) => C,
): readonly PackageFile<C>[] {
  const file = (path: string, make: () => string | Uint8Array): PackageFile<C> => ({
    ...ROOT_FILE,
    path,
    content: content(make),
  });
  const files = [
    ...spec.files.map(asConfiguration),
    ...spec.units.map((unit) => file(`${UNIT_DIRECTORY}/${unit.name}`, () => unit.text)),
  ];
  if (spec.sysusers.length > 0) files.push(file(sysusersPath(spec), () => lines(spec.sysusers)));
  if (spec.tmpfiles.length > 0) files.push(file(tmpfilesPath(spec), () => lines(spec.tmpfiles)));
  if (format === 'deb') {
    const doc = `/usr/share/doc/${spec.name}`;
    files.push(file(`${doc}/copyright`, () => withNewline(spec.copyright)));
    files.push(file(`${doc}/changelog.Debian.gz`, () => debChangelogGzip(spec)));
    const overrides = spec.overrides.filter(({ tool }) => tool === 'lintian');
    if (overrides.length > 0) {
      files.push(file(`/usr/share/lintian/overrides/${spec.name}`, () => lintianOverrides(spec.name, overrides)));
    }
  } else {
    const path = `/usr/share/licenses/${spec.name}/copyright`;
    files.push({ ...ROOT_FILE, path, content: content(() => withNewline(spec.copyright)), role: 'license' });
  }
  return files.sort((a, b) => compareText(a.path, b.path));
}

/** Where the package's `sysusers.d` file is, if it declares users. */
export function sysusersPath(spec: Pick<PackageSpec<unknown>, 'name'>): string {
  return `/usr/lib/sysusers.d/${spec.name}.conf`;
}

/** Where the package's `tmpfiles.d` file is, if it declares temporary files. */
export function tmpfilesPath(spec: Pick<PackageSpec<unknown>, 'name'>): string {
  return `/usr/lib/tmpfiles.d/${spec.name}.conf`;
}

const ROOT_FILE = { type: 'file', mode: 0o644, owner: 'root', group: 'root' } as const;

/** What a package puts into /etc is configuration: an administrator's change to it must survive an upgrade. */
function asConfiguration<C>(file: PackageFile<C>): PackageFile<C> {
  if (file.type !== 'file' || file.config !== undefined || !file.path.startsWith('/etc/')) return file;
  return { ...file, config: 'noreplace' };
}

/** A lintian overrides file; each finding stands below the reason why it is accepted. */
function lintianOverrides(name: string, overrides: readonly LintOverride[]): string {
  return lines(
    overrides.map(({ tag, context, reason }) => {
      const comment = reason.split('\n').map((line) => `# ${line}`);
      return [...comment, `${name}: ${tag}${context === undefined ? '' : ` ${context}`}`].join('\n');
    }),
  );
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
