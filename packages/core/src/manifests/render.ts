import { assertNoProblems } from '../errors/distro-error.ts';
import type { FileBundle } from '../model/file-bundle.ts';
import type { JsonObject } from '../model/json.ts';
import { collectObjects } from './check.ts';
import { identityOf } from './identity.ts';
import { applyOrder } from './order.ts';
import { toYaml } from './yaml.ts';

/** Well below the 255 bytes of every file system. */
const NAME_LIMIT = 200;

/**
 * Objects as files, one an object, named `<nnnn>-<kind>-<name>.yaml`: sorted by name they are in the order of apply.
 * The numbers have four digits, or more where 9,999 are not enough. The order the objects are given in, the order of
 * their keys, lists around them and identical duplicates do not change a byte.
 *
 * @throws `OBJECT_INVALID`, `OBJECT_COLLISION` with every problem of the objects; see `checkObjects`.
 */
export function renderManifests(objects: readonly JsonObject[]): FileBundle {
  const checked = collectObjects(objects);
  assertNoProblems(checked.problems);
  const ordered = applyOrder(checked.objects);
  const digits = Math.max(4, String(ordered.length).length);
  const files: Record<string, string> = {};
  for (const [index, object] of ordered.entries()) {
    files[fileName(object, String(index + 1).padStart(digits, '0'))] = toYaml(object);
  }
  return files;
}

/** The number makes the name distinct; the rest is for people and holds letters, digits, `-` and single `.` only. */
function fileName(object: JsonObject, number: string): string {
  const { kind, name } = identityOf(object);
  const words = `${kind}-${name}`
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/[-.]*\.[-.]*/g, '.');
  const stem = `${number}-${words}`.slice(0, NAME_LIMIT - '.yaml'.length).replace(/[-.]+$/, '');
  return `${stem}.yaml`;
}
