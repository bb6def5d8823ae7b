/** What the headers of an answer say about the requests that are left. */
export interface RateLimit {
  /** Null where the source does not say. */
  readonly remaining: number | null;
  /** Until requests are taken again, in milliseconds; null where the source does not say. */
  readonly waitMs: number | null;
  /** Whether the source asks for a wait before the next request. */
  readonly asksToWait: boolean;
}

type ReadHeader = (name: string) => string | null | undefined;

/** Larger numbers are moments in seconds since the epoch (GitHub, X), smaller ones are seconds left (Reddit). */
const SMALLEST_MOMENT = 1_000_000_000;

/**
 * Reads `retry-after` (RFC 9110, section 10.2.3), `x-ratelimit-*` (GitHub, Reddit), `x-rate-limit-*` (X) and `ratelimit`
 * (Hugging Face: `"api";r=0;t=55`, draft-ietf-httpapi-ratelimit-headers).
 *
 * @param now the wall clock in milliseconds, which moments are held against
 */
export function readRateLimit(header: ReadHeader, now: number): RateLimit {
  const structured = header('ratelimit') ?? '';
  const remaining = numberOf(
    header('x-ratelimit-remaining') ??
      header('x-rate-limit-remaining') ??
      /;\s*r=(\d+)/.exec(structured)?.[1],
  );
  const retryAfter = readRetryAfter(header('retry-after'), now);
  const reset = numberOf(
    header('x-ratelimit-reset') ?? header('x-rate-limit-reset') ?? /;\s*t=(\d+)/.exec(structured)?.[1],
  );
  const untilReset =
    reset === null ? null : Math.max(0, reset >= SMALLEST_MOMENT ? reset * 1000 - now : reset * 1000);
  return { remaining, waitMs: retryAfter ?? untilReset, asksToWait: retryAfter !== null };
}

function readRetryAfter(text: string | null | undefined, now: number): number | null {
  const seconds = numberOf(text);
  if (seconds !== null) return seconds * 1000;
  const moment = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? null : Math.max(0, moment - now);
}

function numberOf(text: string | null | undefined): number | null {
  return text && /^\d{1,15}(?:\.\d{1,9})?$/.test(text.trim()) ? Number(text) : null;
}
