import { ImageError } from '../inference/image/image-error.ts';
import { InferenceError } from '../inference/isolation/inference-error.ts';
import { ModelError } from '../inference/model-error.ts';
import { StoreError } from '../store/store-error.ts';
import { WebError } from './web-error.ts';

interface Failure {
  readonly status: 400 | 401 | 403 | 404 | 413 | 422 | 429 | 500 | 502 | 503 | 504;
  readonly code: string;
  /** For whoever asked: a sentence without hosts, paths or settings of this machine. */
  readonly message: string;
  /** A fault of ours or of the machine, which belongs into the log. */
  readonly isFault: boolean;
}

const WEB_STATUS = {
  'bad-request': 400,
  'no-token': 401,
  'foreign-page': 403,
  'not-found': 404,
  'body-too-large': 413,
  'rate-limited': 429,
  busy: 503,
  'web-port-taken': 500,
  'web-address': 500,
} as const satisfies Record<WebError['code'], Failure['status']>;

/** Decides, by class and code, how a failed request is answered. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof WebError) return refusal(WEB_STATUS[error.code], error);
  if (error instanceof ImageError) {
    if (error.code === 'too-large') return refusal(413, error);
    if (error.code === 'bad-url' || error.code === 'blocked-address') return refusal(400, error);
    return refusal(422, error);
  }
  if (error instanceof InferenceError) {
    if (error.code === 'busy' || error.code === 'stopping') return refusal(503, error);
    if (error.code === 'deadline') return refusal(504, error);
    return fault(502, error.code, 'The engine failed at this image: try again, or try a smaller one.');
  }
  if (error instanceof ModelError) {
    return fault(
      502,
      error.code,
      'The model gave no description: whoever runs the service can find out why.',
    );
  }
  if (error instanceof StoreError) {
    return fault(503, error.code, 'What is kept cannot be reached at the moment: try again in a minute.');
  }
  return fault(500, 'fault', 'That failed here: whoever runs the service finds the details in its log.');
}

function refusal(status: Failure['status'], { code, message }: { code: string; message: string }): Failure {
  return { status, code, message, isFault: false };
}

function fault(status: Failure['status'], code: string, message: string): Failure {
  return { status, code, message, isFault: true };
}
