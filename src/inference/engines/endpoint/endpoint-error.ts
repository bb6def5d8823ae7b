import { cleanModelText } from '../../clean-text.ts';
import { ModelError, type ModelErrorCode } from '../../model-error.ts';

type EndpointErrorCode = Extract<ModelErrorCode, `endpoint-${string}`>;

/** An endpoint did not describe an image. */
export class EndpointError extends ModelError {
  /** Whether the same request may well be answered a little later. */
  readonly isPassing: boolean;
  /** How long the endpoint asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: EndpointErrorCode,
    fault: string,
    remedy: string,
    options: { isPassing?: boolean; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(code, fault, remedy, { cause: options.cause });
    this.isPassing = options.isPassing ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Longest excerpt of an endpoint's own explanation. */
const MAX_EXPLANATION = 200;
const PAYMENT_REQUIRED = 402;
const LATER = 'Try again later; if it stays so, look into the log of the endpoint.';

/** What sentences about an endpoint name. */
export interface EndpointNames {
  readonly host: string;
  /** The environment variable that holds the key. */
  readonly keyVariable: string;
  /** What kind of API should lie there, with its article. */
  readonly api: string;
  /** How such an API's base URL ends. */
  readonly urlHint: string;
}

/** What an endpoint answered instead of an answer. */
export interface Refusal {
  /** Absent for an error that came in the middle of a stream. */
  readonly status: number | undefined;
  readonly message: string;
  readonly headers: Headers | undefined;
  /** Whether it is money that is missing. */
  readonly isUnpaid: boolean;
}

/**
 * Makes an error of an endpoint's refusal. Its words are a stranger's and may repeat the key: they are cleaned, and are
 * left out where the fault is the key.
 *
 * @param hide takes the key out of a text
 */
export function toEndpointError(
  { status, message, headers, isUnpaid }: Refusal,
  { host, keyVariable, urlHint }: EndpointNames,
  hide: (text: string) => string,
): EndpointError {
  // The original is not kept as the cause: what it holds of the answer may repeat the key.
  const cause = new Error(hide(message));
  if (status === PAYMENT_REQUIRED || isUnpaid) {
    return new EndpointError(
      'endpoint-limited',
      `The account at ${host} has no credit left (status ${status}).`,
      'Add credit there, or raise its limit.',
      { cause },
    );
  }
  if (status === 401 || status === 403) {
    return new EndpointError(
      'endpoint-auth',
      `${host} does not accept the API key (status ${status}).`,
      `Check that ${keyVariable} is set to a key of this endpoint that may use the model.`,
      { cause },
    );
  }
  if (status === 429) {
    const retryAfterMs = readRetryAfter(headers);
    return new EndpointError(
      'endpoint-limited',
      `${host} takes no more requests for now (status 429).`,
      retryAfterMs === undefined
        ? 'Try again in a few minutes, or send fewer at a time.'
        : `Try again in ${Math.ceil(retryAfterMs / 1000)} seconds, or send fewer at a time.`,
      { isPassing: true, retryAfterMs, cause },
    );
  }
  if (status === undefined || status >= 500 || status === 408 || status === 409) {
    return new EndpointError(
      'endpoint-unavailable',
      `${host} failed${status === undefined ? ' in the middle of its answer' : ` (status ${status})`}.`,
      LATER,
      { isPassing: true, retryAfterMs: readRetryAfter(headers), cause },
    );
  }
  const explanation = cleanModelText(cause.message.replace(/^\d+ /, ''), { maxChars: MAX_EXPLANATION });
  return new EndpointError(
    'endpoint-refused',
    `${host} refused the request (status ${status}): “${explanation}”.`,
    status === 404 || status < 400
      ? `Check the base URL${urlHint}, and the name of the model.`
      : 'Check that the model takes images.',
    { cause },
  );
}

export function unreachable(host: string, cause: unknown): EndpointError {
  return new EndpointError(
    'endpoint-unavailable',
    `${host} cannot be reached.`,
    'Check that it runs, and the base URL.',
    { isPassing: true, cause },
  );
}

export function fellSilent(host: string, idleMs: number, cause: unknown): EndpointError {
  return new EndpointError(
    'endpoint-timeout',
    `${host} stopped in the middle of its answer and sent nothing for ${idleMs / 1000} seconds.`,
    LATER,
    { isPassing: true, cause },
  );
}

export function brokenOff(host: string, cause?: unknown): EndpointError {
  return new EndpointError('endpoint-unavailable', `${host} broke off in the middle of its answer.`, LATER, {
    isPassing: true,
    cause,
  });
}

export function malformed({ host, api }: EndpointNames, cause: unknown): EndpointError {
  return new EndpointError(
    'endpoint-malformed',
    `${host} answered with something else than a description.`,
    `Check that the base URL is that of ${api}, and that the model takes images.`,
    { cause },
  );
}

/** A model that thinks first may not come to its description. */
export function outOfTokens(host: string, maxTokens: number): EndpointError {
  return new EndpointError(
    'endpoint-refused',
    `The model at ${host} spent all of its ${maxTokens} tokens before it came to a description.`,
    'Allow it more tokens, or choose a model that does not think first.',
  );
}

/** @returns milliseconds; undefined where the endpoint does not say, or says it in no known way */
function readRetryAfter(headers: Headers | undefined): number | undefined {
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  // Seconds or a date (RFC 9110, section 10.2.3).
  const ms = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
