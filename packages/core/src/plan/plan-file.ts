import { readFile } from 'node:fs/promises';
import { DistroError } from '../errors/distro-error.ts';
import { prettyJson, type JsonObject } from '../model/json.ts';
import type { Plan } from './document.ts';
import { checkPlan } from './check-plan.ts';
import { parseDocument } from './parse-document.ts';
import { planSchema } from './schema.ts';

/** The text of `plan.json`. Equal plans have equal texts. */
export function formatPlan(plan: Plan): string {
  // An interface lacks the index signature that the type of JSON asks for.
  return prettyJson(plan as unknown as JsonObject);
}

/**
 * Reads the text of a `plan.json`; `where` names it in errors.
 *
 * @throws PLAN_INVALID, REFERENCE_UNKNOWN
 */
export function parsePlan(text: string, where: string): Plan {
  const plan = parseDocument(text, planSchema, { code: 'PLAN_INVALID', where });
  checkPlan(plan);
  return plan;
}

/**
 * Reads a `plan.json`.
 *
 * @throws PLAN_INVALID, REFERENCE_UNKNOWN
 */
export async function readPlan(file: string): Promise<Plan> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DistroError('PLAN_INVALID', `cannot read the plan ${file}`, { cause });
  });
  return parsePlan(text, file);
}
