/** Codes of Node and undici for a connection that was never made: no byte of a request was sent. */
const CODES: readonly unknown[] = [
  'ECONNREFUSED',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];
const MOST_CAUSES = 5;

/** Whether a request failed before there was a connection, so that the other side cannot have seen it. */
export function wasNeverConnected(error: unknown): boolean {
  let at = error;
  for (let depth = 0; depth < MOST_CAUSES && at instanceof Error; depth++) {
    if (CODES.includes((at as NodeJS.ErrnoException).code)) return true;
    at = at.cause;
  }
  return false;
}
