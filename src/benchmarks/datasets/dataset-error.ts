import { NarratorError } from '../../errors.ts';

/**
 * A data set that cannot be used as it is. The message says what is wrong, where, and what to do.
 *
 * - `dataset-file`: a file or folder that is not there or cannot be read
 * - `dataset-format`: a format that is not known, or a file of another form than the format's; rows that are wrong
 * - `dataset-split`: a split that the set has not
 * - `dataset-image`: images that are missing or lie outside their folder
 */
export type DatasetErrorCode = 'dataset-file' | 'dataset-format' | 'dataset-split' | 'dataset-image';

export class DatasetError extends NarratorError {
  declare readonly code: DatasetErrorCode;

  constructor(code: DatasetErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

/** @param cause of Node's file system */
export function cannotRead(path: string, cause: unknown): DatasetError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason =
    code === 'ENOENT'
      ? 'is not there: check the path'
      : code === 'EISDIR'
        ? 'is a folder, where a file is needed'
        : `cannot be read (${message})`;
  return new DatasetError('dataset-file', `${path} ${reason}.`, { cause });
}
