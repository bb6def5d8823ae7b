type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The window of 15 minutes, and the days of app and account (docs.x.com, "Rate limits"). */
const LIMITS = ['x-rate-limit', 'x-app-limit-24hour', 'x-user-limit-24hour'] as const;

/** When the last of the limits ends that have nothing left: milliseconds since the epoch by X's clock; null where none has. */
export function readDepletion(headers: Headers): number | null {
  const resets = LIMITS.flatMap(limit => {
    const remaining = numberOf(headers[`${limit}-remaining`]);
    const reset = numberOf(headers[`${limit}-reset`]);
    return remaining !== null && remaining < 1 && reset !== null ? [reset * 1000] : [];
  });
  return resets.length === 0 ? null : Math.max(...resets);
}

function numberOf(text: string | string[] | undefined): number | null {
  return typeof text === 'string' && /^\d{1,12}$/.test(text.trim()) ? Number(text) : null;
}
