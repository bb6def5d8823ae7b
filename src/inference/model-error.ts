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
 * - `model-blind`: it answers, and what it answers does not depend on the image.
 * - `endpoint-auth`: the endpoint does not accept the key, or wants one.
 * - `endpoint-limited`: it takes no more requests for now, or no more for the money.
 * - `endpoint-unavailable`: it cannot be reached, or fails.
 * - `endpoint-refused`: it does not do what was asked, and would not if asked again.
 * - `endpoint-malformed`: it answered, and not with a description.
 * - `endpoint-timeout`: it took longer than it may.
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
  | 'device-unavailable'
  | 'model-blind'
  | 'endpoint-auth'
  | 'endpoint-limited'
  | 'endpoint-unavailable'
  | 'endpoint-refused'
  | 'endpoint-malformed'
  | 'endpoint-timeout';

/** A model cannot be made ready or run. `remedy` is the sentence that says what the person can do. */
export class ModelError extends NarratorError {
  readonly remedy: string;

  constructor(code: ModelErrorCode, fault: string, remedy: string, options?: { cause?: unknown }) {
    super(code, `${fault} ${remedy}`, options);
    this.remedy = remedy;
  }
}
