import type { Problem } from '../errors/distro-error.ts';
import type { PackageFile } from '../model/package-spec.ts';
import { lineFault } from './text-rules.ts';

const OWNER = /^[A-Za-z_][A-Za-z0-9_.-]{0,30}$/;
const CAPABILITIES = /^(?:cap_[a-z_]+(?:,cap_[a-z_]+)*|all)?[=+-][eip]+(?: cap_[a-z_]+(?:,cap_[a-z_]+)*[=+-][eip]+)*$/;

/** Everything that is wrong with one file of a package but its path: mode, owner, link target, capabilities. */
export function fileProblems(file: PackageFile<unknown>): readonly Problem[] {
  const problems: Problem[] = [];
  const { path, mode } = file;
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) {
    problems.push({ code: 'FORMAT_LIMIT', message: `mode ${mode.toString(8)} of ${path} is not from 0000 to 7777` });
  }
  for (const owner of [file.owner, file.group]) {
    if (OWNER.test(owner)) continue;
    problems.push({
      code: 'NAME_INVALID',
      message: `owner ${JSON.stringify(owner)} of ${path} is not a user or group name`,
    });
  }
  if (file.type === 'symlink') {
    const fault = lineFault(file.target);
    if (fault !== undefined) {
      problems.push({ code: 'PATH_INVALID', message: `target ${JSON.stringify(file.target)} of ${path} ${fault}` });
    }
  }
  if (file.type === 'file' && file.capabilities !== undefined && !CAPABILITIES.test(file.capabilities)) {
    const text = JSON.stringify(file.capabilities);
    problems.push({ code: 'TEXT_INVALID', message: `capabilities ${text} of ${path} are not in the syntax of setcap` });
  }
  return problems;
}
