import { NarratorError } from '../../errors.ts';
import { formatBytes } from '../memory.ts';
import type { EndReason } from './start-child.ts';

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

/**
 * What a request failed with that the inference process was at when it ended.
 *
 * @param limits the ones that the process had: bytes and milliseconds
 */
export function endedError(
  reason: EndReason,
  limits: { readonly maxMemory: number | null; readonly loadMs: number },
): InferenceError {
  switch (reason) {
    case 'memory':
      return new InferenceError(
        'inference-memory',
        `Describing the image took more than the ${formatBytes(limits.maxMemory ?? 0)} of memory that it may take, and was ended: try a smaller image.`,
      );
    case 'load-timeout':
      return new InferenceError(
        'load-timeout',
        `The model was not ready within ${limits.loadMs / 1000} seconds: tell whoever runs the service.`,
      );
    case 'stopped':
      return new InferenceError('stopping', 'The service is being stopped: try again in a few minutes.');
    default:
      return new InferenceError(
        'inference-crashed',
        'The describer stopped while it worked on the image and is being started again: try again in a moment.',
      );
  }
}
