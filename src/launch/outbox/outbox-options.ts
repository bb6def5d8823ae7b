import type { LaunchStore, ThreadRow } from '../../store/launch-store.ts';
import type { XPoster } from '../x/x-poster.ts';

export interface OutboxLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

interface OutboxLimits {
  /** The most posts in 24 hours and in 30 days, over all threads. */
  readonly postsPerDay: number;
  readonly postsPerMonth: number;
}

/** All in milliseconds. */
export interface OutboxTimes {
  /** How long a thread stays this process's without a word. */
  readonly leaseMs: number;
  /** Before each look for a post of unknown outcome: after the last one that found nothing, it is taken not to be there. */
  readonly lookWaitsMs: readonly number[];
  /** Before each new attempt at what surely failed. */
  readonly retryWaitsMs: readonly number[];
  /** A limit that ends later is not waited out: the thread is put off. */
  readonly longestWaitMs: number;
  /** How far X's clock may be behind ours. */
  readonly clockSkewMs: number;
  /** Until the next attempt, where X is away or a cap is reached. */
  readonly putOffMs: number;
}

export interface OutboxOptions {
  readonly launch: LaunchStore;
  readonly x: XPoster;
  readonly limits: OutboxLimits;
  /** What is wrong with the thread's numbers now: a sentence each. Asked before the first part goes out. */
  readonly checkNumbers: (thread: ThreadRow, signal: AbortSignal) => Promise<readonly string[]>;
  /** Told when all parts stand, before that is stored: again, where the process dies between. */
  readonly onPosted?: (threadId: string, postIds: readonly string[]) => Promise<void>;
  readonly log: OutboxLog;
  /** Names this process in the audit. */
  readonly process: string;
  readonly now?: () => number;
  readonly times?: Partial<OutboxTimes>;
}

/** X's timelines follow within seconds; two minutes are for when they do not. */
export const OUTBOX_TIMES: OutboxTimes = {
  leaseMs: 120_000,
  lookWaitsMs: [1000, 5000, 15_000, 40_000, 60_000],
  retryWaitsMs: [1000, 5000, 20_000],
  longestWaitMs: 60_000,
  clockSkewMs: 60_000,
  putOffMs: 600_000,
};

/**
 * - `posted`: all parts stand.
 * - `stopped`: a person has to look; `reason` says why and what to do.
 * - `put-off`: it goes on by itself, not before `until`.
 * - `lost`: it was cancelled, or another process has it; nothing was sent since.
 * - `not-taken`: it is not to be posted now; `reason` says why.
 */
export type PostingEnd =
  | { readonly kind: 'posted'; readonly postIds: readonly string[] }
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'put-off'; readonly reason: string; readonly until: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'not-taken'; readonly reason: string };

/** Thrown to end the posting of a thread from wherever it is noticed that it has to. */
export class PostingEnded extends Error {
  readonly end: PostingEnd;

  constructor(end: PostingEnd) {
    super(end.kind);
    this.end = end;
  }
}

export function stopFor(reason: string): PostingEnded {
  return new PostingEnded({ kind: 'stopped', reason });
}
