import { open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Of } from '../model/digest.ts';
import { withFsErrors } from '../store/fs-error.ts';
import { makeDirectory } from '../store/make-directory.ts';

const TAIL_LINES = 20;

/** What a step's programs print: kept whole in a file, and its end in memory for the error message. */
export interface StepLog {
  /** The file's full path. It exists once a line was written or the log was closed. */
  readonly file: string;
  line(text: string): void;
  /** The last lines. */
  tail(): readonly string[];
  /** Ends the file. @throws DISK_FULL, PERMISSION_DENIED */
  close(): Promise<void>;
}

/** Starts the log of a step; the log of its last run is replaced. */
export function openStepLog(logsDir: string, stepId: string): StepLog {
  const file = join(logsDir, logName(stepId));
  const tail: string[] = [];
  let pending = '';
  let handle: Promise<FileHandle> | undefined;
  let writing: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;

  async function flush(): Promise<void> {
    const text = pending;
    pending = '';
    handle ??= create(file);
    await (await handle).writeFile(text);
  }

  function schedule(): void {
    writing = writing.then(flush).catch((error: unknown) => {
      failure ??= { error };
    });
  }

  return {
    file,
    line(text) {
      tail.push(text);
      if (tail.length > TAIL_LINES) tail.shift();
      // Lines that come while an earlier write is under way go out together.
      if (pending === '') queueMicrotask(schedule);
      pending += `${text}\n`;
    },
    tail: () => tail,
    close: () =>
      withFsErrors(file, async () => {
        schedule();
        await writing;
        await (await handle)?.close();
        if (failure !== undefined) throw failure.error;
      }),
  };
}

async function create(file: string): Promise<FileHandle> {
  await makeDirectory(dirname(file));
  return open(file, 'w');
}

/** The readable part of the id, and its digest because two ids can read alike. */
function logName(stepId: string): string {
  const readable = stepId.replaceAll(/[^A-Za-z0-9.]+/g, '-').slice(0, 100);
  return `${readable}-${sha256Of(stepId).slice(0, 8)}.log`;
}
