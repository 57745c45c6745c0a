import { Construct } from 'constructs';
import type { z } from 'zod';
import { DistroError, type Problem } from '../errors/distro-error.ts';
import type { PlanBuilder } from '../plan/builder.ts';
import { propsProblems } from './props.ts';

/** Marks elements across copies of the library. */
const ELEMENT = Symbol.for('distrokit.Element');

/** What an element is in the model, whichever subclass or copy of the library made it. */
export type ElementRole =
  | 'distro'
  | 'arch'
  | 'kernel'
  | 'component'
  | 'package'
  | 'image'
  | 'add-on'
  | 'driver'
  | 'installer'
  | 'patch';

/**
 * The base of every distrokit construct. A subclass checks its props with {@link Element.checkProps}, says what is wrong
 * with itself in {@link Element.check}, and adds its steps in {@link Element.plan}.
 *
 * Constructors are pure: they read no file, clock, environment or network, and never throw for a wrong prop, so that
 * one run reports every problem of the tree.
 */
export abstract class Element extends Construct {
  /** What it is in the model. */
  abstract readonly role: ElementRole;
  readonly #problems: Problem[] = [];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    Object.defineProperty(this, ELEMENT, { value: true });
  }

  /** True for an element, whichever copy of the library made it. */
  static isElement(value: unknown): value is Element {
    return typeof value === 'object' && value !== null && ELEMENT in value;
  }

  /**
   * What is wrong with this construct, seen with the whole tree in place. Override it to add rules; the problem's path
   * is filled in. Not called when the props are already refused.
   */
  check(): readonly Omit<Problem, 'path'>[] {
    return [];
  }

  /** Adds what this construct builds to the plan. Override it; the children are asked on their own. */
  plan(_builder: PlanBuilder): void {}

  /** The class of the construct, as `tree` shows it. */
  get kind(): string {
    return this.constructor.name;
  }

  /** The problems with the props, found when the construct was made. */
  get propProblems(): readonly Problem[] {
    return this.#problems;
  }

  /**
   * Checks props against a schema and records each problem under this construct's path. Returns the props as given:
   * a construct with refused props is never planned.
   */
  protected checkProps<T extends object>(schema: z.ZodType<T>, props: T): T {
    const given = props ?? ({} as T);
    const result = schema.safeParse(given);
    if (!result.success) this.#problems.push(...propsProblems(this.node.path, schema, result.error));
    return given;
  }

  /** The error of a lookup that this construct made and that found nothing. */
  protected error(code: Problem['code'], message: string, hint?: string): DistroError {
    return new DistroError(code, message, { path: this.node.path, hint });
  }
}
