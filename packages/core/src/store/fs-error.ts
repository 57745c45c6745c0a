import { DistroError } from '../errors/distro-error.ts';

/**
 * What a failed file operation is called: `DISK_FULL`, `PERMISSION_DENIED`, `PATH_INVALID`, or the error as it came. `file` is named in
 * the message because an error of an open file does not know its path.
 */
export function fsError(error: unknown, file: string): unknown {
  const code = fsCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const hint = 'free some space, or choose another place';
    return new DistroError('DISK_FULL', `no space left for ${file}`, { hint, cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const isReadOnly = code === 'EROFS';
    const why = isReadOnly ? 'the file system is read-only' : 'permission denied';
    const hint = isReadOnly
      ? 'choose another place, or mount it writable'
      : 'check its owner and its mode, and those of the directory it is in';
    return new DistroError('PERMISSION_DENIED', `cannot access ${file}: ${why}`, { hint, cause: error });
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new DistroError('PATH_INVALID', `cannot use ${file}: a part of its path is not a directory`, {
      cause: error,
    });
  }
  return error;
}

/** Runs `work` and throws its file system failures as {@link fsError} names them. */
export async function withFsErrors<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fsError(error, file);
  }
}

/** The system's code of an error, such as `ENOENT`. */
export function fsCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The result, or undefined when the file or a directory above it does not exist. */
export async function ifExists<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    const code = fsCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
