import { NarratorError } from '../errors.ts';

/**
 * - `benchmark-run`: a run's files are missing, damaged or in use, or do not fit what is asked of them.
 * - `benchmark-contender`: a contender cannot be made of what was named.
 * - `benchmark-image`: the set has no image for an item.
 * - `benchmark-missing`: a file of captions has none for an item.
 * - `benchmark-budget`: what a run may cost is spent, or cannot be told.
 * - `benchmark-scores`: a run has not been measured.
 * - `benchmark-report`: its report cannot be written.
 */
type BenchmarkErrorCode =
  | 'benchmark-run'
  | 'benchmark-contender'
  | 'benchmark-image'
  | 'benchmark-missing'
  | 'benchmark-budget'
  | 'benchmark-scores'
  | 'benchmark-report';

export class BenchmarkError extends NarratorError {
  declare readonly code: BenchmarkErrorCode;

  constructor(code: BenchmarkErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}
