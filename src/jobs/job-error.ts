import { NarratorError } from '../errors.ts';

/**
 * - `jobs-file`: the jobs file cannot be read.
 * - `job-unknown`: there is no job of the name.
 * - `job-running`: it is running already, here or elsewhere.
 * - `job-timed-out`, `job-stopped`, `job-lease-lost`: why a run was broken off.
 * - `check-failed`: what a job looked at is not as it should be.
 */
type JobErrorCode =
  | 'jobs-file'
  | 'job-unknown'
  | 'job-running'
  | 'job-timed-out'
  | 'job-stopped'
  | 'job-lease-lost'
  | 'check-failed';

export class JobError extends NarratorError {
  declare readonly code: JobErrorCode;

  constructor(code: JobErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}
