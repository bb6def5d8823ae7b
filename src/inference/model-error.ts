import { NarratorError } from '../errors.ts';

/**
 * - `model-missing`: the model's files are not where they should be.
 * - `model-damaged`: the files are there and do not hold what they should.
 * - `model-unsupported`: the files are whole and ask for something that is not built here.
 * - `model-too-large`: there is not enough free memory for it.
 * - `model-blind`: it answers, and what it answers does not depend on the image.
 */
export type ModelErrorCode =
  | 'model-missing'
  | 'model-damaged'
  | 'model-unsupported'
  | 'model-too-large'
  | 'model-blind';

/** A model cannot be made ready or run. `remedy` is the sentence that says what the person can do. */
export class ModelError extends NarratorError {
  readonly remedy: string;

  constructor(code: ModelErrorCode, fault: string, remedy: string, options?: { cause?: unknown }) {
    super(code, `${fault} ${remedy}`, options);
    this.remedy = remedy;
  }
}
