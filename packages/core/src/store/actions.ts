import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isSha256, sha256Of, type Sha256 } from '../model/digest.ts';
import { ifExists, withFsErrors } from './fs-error.ts';
import type { Session } from './session.ts';
import type { ActionRecord, ActionResult } from './store.ts';

/**
 * The action cache: `actions/<key>` holds a result, `keyed/<key>` the text that the key is the sha256 of, `steps/<id>`
 * the key that a step ran with last. The text stands apart because it can be long and a hit does not need it.
 */
export interface Actions {
  tryFind(key: Sha256): Promise<ActionResult | undefined>;
  tryFindLast(stepId: string): Promise<ActionRecord | undefined>;
  save(record: ActionRecord): Promise<void>;
}

/** The directories of {@link Actions}. The time of a file in `actions` is when it was last used. */
export interface ActionDirs {
  readonly actions: string;
  readonly keyed: string;
  readonly steps: string;
}

/** Opens the action cache of a store. */
export function openActions(dirs: ActionDirs, session: Session): Actions {
  async function read(key: Sha256): Promise<ActionResult | undefined> {
    const text = await ifExists(readFile(join(dirs.actions, key), 'utf8'));
    return text === undefined ? undefined : parseResult(text, key);
  }

  async function readKeyed(key: Sha256): Promise<string | undefined> {
    const text = await ifExists(readFile(join(dirs.keyed, key), 'utf8'));
    return text !== undefined && sha256Of(text) === key ? text : undefined;
  }

  return {
    tryFind: (key) =>
      withFsErrors(dirs.actions, async () => {
        const result = await read(key);
        const now = new Date();
        if (result !== undefined) await ifExists(utimes(join(dirs.actions, key), now, now));
        return result;
      }),

    tryFindLast: (stepId) =>
      withFsErrors(dirs.steps, async () => {
        const key = await ifExists(readFile(join(dirs.steps, sha256Of(stepId)), 'latin1'));
        if (key === undefined || !isSha256(key)) return undefined;
        const [result, keyed] = await Promise.all([read(key), readKeyed(key)]);
        // The same work may have been recorded by a step with another id.
        return result === undefined || keyed === undefined ? undefined : { ...result, stepId, keyed };
      }),

    async save({ keyed, ...result }) {
      await session.replaceFile(join(dirs.keyed, result.key), keyed);
      await session.replaceFile(join(dirs.actions, result.key), formatResult(result));
      await session.replaceFile(join(dirs.steps, sha256Of(result.stepId)), result.key);
    },
  };
}

/** The file starts with the digest of the rest, so that a damaged one is no result rather than a wrong one. */
function formatResult(result: ActionResult): string {
  const json = JSON.stringify(result);
  return `${sha256Of(json)}\n${json}`;
}

function parseResult(text: string, key: Sha256): ActionResult | undefined {
  const json = text.slice(65);
  if (sha256Of(json) !== text.slice(0, 64)) return undefined;
  const result = JSON.parse(json) as ActionResult;
  return result.key === key ? result : undefined;
}
