import { UserError } from '../../core/userError.ts';

/** A failure of the disk as a sentence that says what to do; anything else stays as it is. `doing`: e.g. `write run.json`. */
export function diskError(error: unknown, doing: string): unknown {
  const code = errorCode(error);
  const remedy = code && Object.hasOwn(remedies, code) ? remedies[code] : undefined;
  return remedy ? Object.assign(new UserError(`Can't ${doing}: ${remedy}`), { cause: error }) : error;
}

/** `ENOENT` and the like. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Runs the action; its disk failures come out as `UserError`. */
export async function onDisk<T>(doing: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw diskError(error, doing);
  }
}

const remedies: Record<string, string> = {
  ENOSPC: 'the disk is full. Free some space, then try again; what was kept before is unharmed.',
  EDQUOT: 'your disk quota is used up. Free some space, then try again; what was kept before is unharmed.',
  EROFS: 'the folder is on a read-only disk. Work in a folder that can be written to.',
  EACCES: 'the folder or file may not be written to or read. Change its permissions or choose another folder.',
  EPERM: 'the folder or file may not be written to or read. Change its permissions or choose another folder.',
  ENOENT: 'the file or folder is not there any more.',
  ENOTDIR: 'a part of its path is a file, not a folder. Move that file out of the way.',
  EISDIR: 'there is a folder in its place. Move that folder out of the way.',
  EMFILE: 'too many files are open. Close other programs or raise the limit of open files.',
  ENFILE: 'too many files are open. Close other programs or raise the limit of open files.',
  EIO: 'the disk reported an error. Check the disk, then try again.',
};
