import { NarratorError } from '../errors.ts';

/**
 * - `model-missing`: the model's files are not where they should be.
 * - `model-damaged`: the files are there and do not hold what they should.
 * - `model-unsupported`: the files are whole and ask for something that is not built here.
 * - `model-too-large`: there is not enough free memory for it.
 * - `model-unknown`: the Hub has no such model or revision.
 * - `model-forbidden`: the Hub does not give the model without (another) token.
 * - `model-offline`: the model is not here, and nothing may be downloaded.
 * - `model-failed`: the model was loaded and then gave no description.
 * - `model-timeout`: the model took longer than it may.
 * - `download-failed`: the Hub could not be reached, or gave something else than it promised.
 * - `disk-full`: there is not enough free space to keep the model.
 * - `device-unavailable`: the device that was asked for does not run models here.
 */
export type ModelErrorCode =
  | 'model-missing'
  | 'model-damaged'
  | 'model-unsupported'
  | 'model-too-large'
  | 'model-unknown'
  | 'model-forbidden'
  | 'model-offline'
  | 'model-failed'
  | 'model-timeout'
  | 'download-failed'
  | 'disk-full'
  | 'device-unavailable';

/** A model cannot be made ready or run. `remedy` is the sentence that says what the person can do. */
export class ModelError extends NarratorError {
  readonly remedy: string;

  constructor(code: ModelErrorCode, fault: string, remedy: string, options?: { cause?: unknown }) {
    super(code, `${fault} ${remedy}`, options);
    this.remedy = remedy;
  }
}
