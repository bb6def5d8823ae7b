import { StoreError } from '../store-error.ts';

/** Result codes of SQLite (sqlite.org/rescode.html): the lower byte of the extended code. */
const RESULT = {
  3: 'perm',
  5: 'busy',
  6: 'locked',
  8: 'read-only',
  10: 'io',
  11: 'corrupt',
  13: 'full',
  14: 'cannot-open',
  26: 'not-a-database',
} as const;

/** Codes of the operating system, where the file is made ready before SQLite opens it. */
const SYSTEM = {
  EISDIR: 'folder',
  ENOTDIR: 'not-a-folder',
  EEXIST: 'not-a-folder',
  EACCES: 'perm',
  EPERM: 'perm',
  EROFS: 'read-only',
  ENOSPC: 'full',
  EDQUOT: 'full',
} as const;

/** @param file absolute path of the database */
export function explainSqliteError(error: unknown, file: string): StoreError {
  switch (kindOf(error)) {
    case 'busy':
    case 'locked':
      return new StoreError(
        'store-busy',
        `${file} is locked by another process. Is a second Visual Narrator, a backup or a database browser at work on it? Close it and try again.`,
        { isPassing: true, cause: error },
      );
    case 'full':
      return new StoreError('store-unavailable', `The disk with ${file} is full. Make room on it.`, {
        cause: error,
      });
    case 'read-only':
    case 'perm':
      return new StoreError(
        'store-unavailable',
        `${file} cannot be written to. Let the user that runs Visual Narrator write to the file and its folder, or set up another file.`,
        { cause: error },
      );
    case 'cannot-open':
      return new StoreError(
        'store-unavailable',
        `${file} cannot be opened. Check that its folder exists and that the user that runs Visual Narrator may write to it.`,
        { cause: error },
      );
    case 'folder':
      return new StoreError(
        'store-unavailable',
        `${file} is a folder. Set up the path of a file, one inside of it for example.`,
        { cause: error },
      );
    case 'not-a-folder':
      return new StoreError(
        'store-unavailable',
        `A part of the path ${file} is a file where a folder has to be. Set up another path.`,
        { cause: error },
      );
    case 'corrupt':
    case 'not-a-database':
      return new StoreError(
        'store-unavailable',
        `${file} is not a database, or it is damaged. Restore it from a backup, or move it away: a new one is made.`,
        { cause: error },
      );
    case 'io':
      return new StoreError(
        'store-unavailable',
        `${file} could not be read or written. Look into the disk that it is on.`,
        { cause: error },
      );
    default:
      return new StoreError('store-fault', 'The store failed. The log has the details.', { cause: error });
  }
}

function kindOf(error: unknown) {
  if (!(error instanceof Error)) return null;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') {
    return RESULT[(errcode & 0xff) as keyof typeof RESULT] ?? null;
  }
  return typeof code === 'string' ? (SYSTEM[code as keyof typeof SYSTEM] ?? null) : null;
}
