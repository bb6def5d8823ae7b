import { NarratorError } from '../../errors.ts';

/**
 * - `busy`: too much waits already.
 * - `deadline`: not done in the time that the request had.
 * - `inference-crashed`: the inference process ended in the middle of the request.
 * - `inference-memory`: it was ended because it took too much memory.
 * - `load-timeout`: the model took too long to load.
 * - `stopping`: the service is being shut down.
 * - `inference-fault`: a fault of the program; its log has the details.
 */
type InferenceErrorCode =
  | 'busy'
  | 'deadline'
  | 'inference-crashed'
  | 'inference-memory'
  | 'load-timeout'
  | 'stopping'
  | 'inference-fault';

/** A description that could not be had though image and model may be good. Trying again may help. */
export class InferenceError extends NarratorError {
  declare readonly code: InferenceErrorCode;

  constructor(code: InferenceErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}
