import { ApiRequestError, ApiResponseError } from 'twitter-api-v2';
import { z } from 'zod';
import { XFault } from './x-fault.ts';
import { readDepletion } from './x-limits.ts';

interface Circumstances {
  /** Whether it was a post: then an unclear end is an unknown one. */
  readonly isPost: boolean;
  /** Why we ended the request ourselves, where we did. */
  readonly ended: unknown;
  /** What broke it. */
  readonly broken: unknown;
  readonly now: number;
  readonly requestMs: number;
}

/** Where X does not say when a limit ends: its window. */
const WINDOW_MS = 900_000;
const MOST_DETAIL = 200;
/** Faults from before anything was sent (nodejs.org/api/errors.html, "Common system errors", and getaddrinfo's). */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

const problem = z.object({
  detail: z.string().optional(),
  message: z.string().optional(),
  errors: z.array(z.object({ message: z.string().optional() })).optional(),
});

/** Makes an XFault of what the client threw. */
export function explainXError(error: unknown, circumstances: Circumstances): XFault {
  if (error instanceof ApiResponseError) return explainStatus(error, circumstances);
  const { isPost, ended, broken, requestMs } = circumstances;
  if (error instanceof ApiRequestError) {
    const code = broken instanceof Error && 'code' in broken ? String(broken.code) : '';
    if (NEVER_SENT.includes(code)) {
      return new XFault('x-unavailable', 'X could not be reached.', { cause: broken });
    }
    const isLate = ended instanceof Error && ended.name === 'TimeoutError';
    const what = isLate
      ? `X did not answer within ${requestMs / 1000} seconds.`
      : 'The connection to X broke before the answer.';
    return new XFault(isPost ? 'x-unknown' : 'x-unavailable', what, {
      cause: ended ?? broken ?? error,
    });
  }
  // The client's own: an answer that was cut off, or is no JSON. Whatever else it may be, a post may stand.
  return new XFault(isPost ? 'x-unknown' : 'x-unavailable', 'X gave an answer that cannot be read.', {
    cause: error,
  });
}

function explainStatus(error: ApiResponseError, { isPost, now }: Circumstances): XFault {
  const { code: status, headers } = error;
  const detail = detailOf(error);
  const says = `X answered with HTTP status ${status}${detail === '' ? '.' : `: ${detail}`}`;
  if (status === 429) {
    const until = readDepletion(headers as Record<string, string>) ?? now + WINDOW_MS;
    return new XFault('x-limited', `X takes no more requests for now. ${says}`, { until, cause: error });
  }
  // There is no code for it: the problem's type is about:blank, and its title Forbidden. Were the words others, it would be
  // taken for a fault of the account, and a person asked.
  if (status === 403 && /duplicate content/i.test(detail)) {
    return new XFault('x-duplicate', says, { cause: error });
  }
  if (status === 401 || status === 403) {
    return new XFault(
      'x-account',
      `${says} Check X_API_KEY, X_API_SECRET, X_ACCESS_TOKEN and X_ACCESS_SECRET, that the app may read and write, and that the account is not locked.`,
      { cause: error },
    );
  }
  // What stands behind a failing server may have done its part.
  if (status >= 500) return new XFault(isPost ? 'x-unknown' : 'x-unavailable', says, { cause: error });
  if (status === 408) return new XFault(isPost ? 'x-unknown' : 'x-unavailable', says, { cause: error });
  return new XFault('x-refused', says, { cause: error });
}

/** What X says of it, as one line. */
function detailOf(error: ApiResponseError): string {
  const { data } = problem.safeParse(error.data);
  const text = data?.detail ?? data?.message ?? data?.errors?.[0]?.message ?? '';
  // Other than printable: a terminal and a chat show it.
  return text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_DETAIL);
}
