/**
 * Reads again only when what was read is older than `ms`; who asks at the same time shares one reading. A failure is
 * not kept.
 *
 * @param read gets the arguments of whoever asked first: they do not change what is read
 */
export function recall<T, A extends unknown[]>(
  ms: number,
  read: (...by: A) => Promise<T>,
): (...by: A) => Promise<T> {
  let kept: { readonly value: Promise<T>; readonly until: number } | undefined;
  return (...by) => {
    if (kept && performance.now() < kept.until) return kept.value;
    const value = read(...by);
    const mine = { value, until: performance.now() + ms };
    kept = mine;
    value.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return value;
  };
}
