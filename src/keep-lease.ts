import { setTimeout as wait } from 'node:timers/promises';

/** Times that a lease is renewed while it lasts. */
const RENEWALS = 3;

export interface Lease {
  /** In milliseconds, from each renewal. */
  readonly leaseMs: number;
  /** False where what the lease is on is ours no longer. */
  renew(leaseMs: number): Promise<boolean>;
  /** Told of a renewal that failed; the lease may still last. */
  onError(error: unknown): void;
  /** Told once that the lease is over: another process may go on with what it was on. */
  onLost(): void;
}

/** Renews a lease until `ended`, or until it is lost. Never rejects. */
export async function keepLease(lease: Lease, ended: AbortSignal): Promise<void> {
  const { leaseMs } = lease;
  let renewedAt = performance.now();
  while (!ended.aborted) {
    await wait(leaseMs / RENEWALS, undefined, { signal: ended }).catch(() => {});
    if (ended.aborted) return;
    const askedAt = performance.now();
    try {
      renewedAt = (await lease.renew(leaseMs)) ? askedAt : Number.NEGATIVE_INFINITY;
    } catch (error) {
      lease.onError(error);
    }
    if (performance.now() - renewedAt > leaseMs) {
      lease.onLost();
      return;
    }
  }
}
