import type { RunContext } from '../../packages/core/src/build/runner.ts';
import type { ContentRef } from '../../packages/core/src/model/package-spec.ts';
import type { BlobId, Store } from '../../packages/core/src/store/store.ts';

/** A context to run one step in, and what it left. */
export interface TestContext extends RunContext {
  /** What the step's programs printed. */
  readonly lines: readonly string[];
  /** The temporary directories that were asked for. */
  readonly directories: readonly string[];
  dispose(): Promise<void>;
}

/** What {@link testContext} takes. */
export interface TestContextOptions {
  readonly store: Store;
  readonly appDir?: string;
  /** Inputs by the id of the step that made them. */
  readonly inputs?: Readonly<Record<string, BlobId>>;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** A context like the executor's, for tests of one runner. */
export function testContext(options: TestContextOptions): TestContext {
  const { store, appDir = process.cwd(), inputs = {}, signal = new AbortController().signal } = options;
  const temporary: { readonly path: string; dispose(): Promise<void> }[] = [];
  const lines: string[] = [];
  const input = ({ step }: ContentRef): BlobId => {
    const id = inputs[step];
    if (id === undefined) throw new Error(`the test has no input ${step}`);
    return id;
  };
  return {
    store,
    appDir,
    signal,
    lines,
    cores: 2,
    input: (ref) => store.findBlob(input(ref)),
    inputPath: (ref) => store.pathOf(input(ref)),
    async tempDir() {
      const dir = await store.tempDir();
      temporary.push(dir);
      return dir.path;
    },
    report(event) {
      if (event.type !== 'step-output') return;
      lines.push(event.line);
      options.onLine?.(event.line);
    },
    get directories() {
      return temporary.map(({ path }) => path);
    },
    async dispose() {
      for (const dir of temporary) await dir.dispose();
    },
  };
}
