import { commonPath } from './common-path.ts';
import type { GoBuildStep, Step } from './document.ts';

/** The steps of a plan being made, in the order they were first asked for: a step is added after those it refers to. */
export class StepList {
  readonly #steps = new Map<string, Step>();
  readonly #variants = new Map<string, string>();

  /** The step of an id, or undefined. */
  tryFind(id: string): Step | undefined {
    return this.#steps.get(id);
  }

  /** Adds a step, or finds the equal one that is there already. Returns its id. */
  add(step: Step): string {
    const known = this.#steps.get(step.id);
    if (known === undefined) this.#steps.set(step.id, step);
    else this.#steps.set(step.id, { ...known, path: commonPath(known.path, step.path) });
    return step.id;
  }

  /**
   * Adds commands to the Go build of the same module set, architecture and settings, so that one `go build` makes them
   * all; `variant` is the text of those settings. Returns the id of the build.
   */
  addGoBuild(step: Omit<GoBuildStep, 'outputs'>, variant: string): string {
    const id = this.#variantId(step.id, variant);
    const known = this.#steps.get(id) as GoBuildStep | undefined;
    const commands = { ...known?.commands, ...step.commands };
    const path = known === undefined ? step.path : commonPath(known.path, step.path);
    this.#steps.set(id, { ...step, id, path, commands, outputs: Object.keys(commands).sort() });
    return id;
  }

  /**
   * Adds a step whose id does not say all of it; `variant` is the text of the rest. Another step of the same id gets a
   * number behind it. Returns the id.
   */
  addVariant(step: Step, variant: string): string {
    return this.add({ ...step, id: this.#variantId(step.id, variant) });
  }

  /** The steps in dependency order. */
  all(): readonly Step[] {
    return [...this.#steps.values()];
  }

  /** The first variant of an id has the plain id, the second ends in `(2)`, and so on. */
  #variantId(id: string, variant: string): string {
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? id : `${id} (${number})`;
      const known = this.#variants.get(candidate);
      if (known === undefined) this.#variants.set(candidate, variant);
      if (known === undefined || known === variant) return candidate;
    }
  }
}
