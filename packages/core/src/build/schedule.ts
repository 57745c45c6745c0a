/** A piece of work that waits for others. */
export interface Task {
  readonly id: string;
  /** Ids of the tasks that must be done before; those that are not scheduled count as done. */
  readonly needs: readonly string[];
  /** How long it is expected to take; of those that are ready the longest starts first. */
  readonly expectedMs: number;
}

/** How tasks are run. */
export interface ScheduleOptions<T extends Task> {
  /** How many run at once. */
  readonly jobs: number;
  /** Runs one; `running` counts it too. */
  run(task: T, running: number): Promise<void>;
  /** Once aborted, nothing more starts. */
  readonly signal: AbortSignal;
  /** Called with the first failure, while others still run. */
  onFailure(error: unknown): void;
}

/**
 * Runs tasks as soon as what they need is done. After a failure nothing more starts; what runs is waited for.
 * Takes time linear in tasks and needs, plus the search for the longest among those that are ready.
 */
export async function schedule<T extends Task>(tasks: readonly T[], options: ScheduleOptions<T>): Promise<void> {
  const { waiting, dependents } = link(tasks);
  const ready = tasks.filter(({ id }) => waiting.get(id) === 0);
  const running = new Set<Promise<void>>();
  let failed = false;

  async function start(task: T): Promise<void> {
    try {
      await options.run(task, running.size + 1);
      for (const dependent of dependents.get(task.id) ?? []) {
        const left = (waiting.get(dependent.id) ?? 0) - 1;
        waiting.set(dependent.id, left);
        if (left === 0) ready.push(dependent);
      }
    } catch (error) {
      if (!failed) options.onFailure(error);
      failed = true;
    }
  }

  for (;;) {
    while (running.size < options.jobs && !failed && !options.signal.aborted) {
      const task = takeLongest(ready);
      if (task === undefined) break;
      const run = start(task).finally(() => running.delete(run));
      running.add(run);
    }
    if (running.size === 0) return;
    await Promise.race(running);
  }
}

/** For each task how many it waits for, and who waits for it. */
function link<T extends Task>(
  tasks: readonly T[],
): { readonly waiting: Map<string, number>; readonly dependents: ReadonlyMap<string, readonly T[]> } {
  const ids = new Set(tasks.map(({ id }) => id));
  const waiting = new Map<string, number>();
  const dependents = new Map<string, T[]>();
  for (const task of tasks) {
    const needs = new Set(task.needs.filter((id) => ids.has(id)));
    waiting.set(task.id, needs.size);
    for (const id of needs) {
      const list = dependents.get(id);
      if (list === undefined) dependents.set(id, [task]);
      else list.push(task);
    }
  }
  return { waiting, dependents };
}

function takeLongest<T extends Task>(ready: T[]): T | undefined {
  let longest = 0;
  for (const [index, task] of ready.entries()) {
    if (task.expectedMs > (ready[longest]?.expectedMs ?? 0)) longest = index;
  }
  return ready.splice(longest, 1)[0];
}
