/**
 * Reads again only when what was read is older than `ms`; who asks at the same time shares one reading. A failure is
 * not kept.
 */
export function recall<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let kept: { readonly value: Promise<T>; readonly until: number } | undefined;
  return () => {
    if (kept && performance.now() < kept.until) return kept.value;
    const value = read();
    const mine = { value, until: performance.now() + ms };
    kept = mine;
    value.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return value;
  };
}
