import type { SourcedNumber, ThreadContent } from '../launch/thread/thread.ts';

/**
 * - `draft`: waits for approval.
 * - `approved`: may go out at `postAt`; bound to the hash that was approved.
 * - `posting`: a process is at it, or was when it died.
 * - `posted`: all parts stand.
 * - `stopped`: it needs a person; `reason` says why and what to do.
 * - `rejected`, `cancelled`: never goes out.
 */
export type ThreadState = 'draft' | 'approved' | 'posting' | 'posted' | 'stopped' | 'rejected' | 'cancelled';

export interface ThreadRow {
  readonly id: string;
  readonly title: string;
  readonly state: ThreadState;
  readonly content: ThreadContent;
  /** SHA-256 in hex of the content (`hashContent`). */
  readonly contentHash: string;
  readonly numbers: readonly SourcedNumber[];
  /** The benchmark run that it tells of; null where it tells of none. */
  readonly runId: string | null;
  /** Raised by every edit. */
  readonly revision: number;
  /** The hash that was approved and by whom; null before. */
  readonly approval: { readonly contentHash: string; readonly by: string; readonly at: number } | null;
  /** Not to be posted before. */
  readonly postAt: number | null;
  readonly reason: string | null;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly changedAt: number;
}

/** What is known of one part of a thread on X. */
export interface ThreadPartRow {
  readonly threadId: string;
  readonly position: number;
  /** `unknown`: sent, and no answer came: to be looked up before anything else. */
  readonly state: 'waiting' | 'sending' | 'posted' | 'unknown';
  /** X's id of the post, once known. */
  readonly postId: string | null;
  /** X's ids of the uploaded pictures, in order; uploaded before the part is sent. */
  readonly mediaIds: readonly string[];
  /** When it was sent last, by our clock: posts of ours from before cannot be it. */
  readonly sentAt: number | null;
}

/**
 * Who did what, for ever. `actor` is `discord:<id>`, `slack:<id>`, `cli:<user>`, or `outbox:<holder>` for what was done by
 * itself. Who asks to be forgotten becomes `<platform>:forgotten`.
 */
export interface AuditRow {
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  /** `draft`, `edit`, `approve`, `reject`, `refused`, `cancel`, `schedule`, `take`, `post-part`, `put-off`, `posted`, `stopped`, `resume`, … */
  readonly action: string;
  /** What it was done to: `thread:<id>`. */
  readonly subject: string;
  /** The content's hash at that moment, where there is one. */
  readonly contentHash: string | null;
  readonly detail: string;
}

/** Every change of state is one statement with its condition, so that of two processes one wins; and each adds its audit row in the same transaction. */
export interface LaunchStore {
  createThread(
    row: Omit<ThreadRow, 'state' | 'revision' | 'approval' | 'reason' | 'changedAt'>,
  ): Promise<void>;
  thread(id: string): Promise<ThreadRow | null>;
  /** The newest first. */
  threads(limit: number): Promise<ThreadRow[]>;
  /** What waits for approval, without its content; the newest first. */
  drafts(limit: number): Promise<Pick<ThreadRow, 'id' | 'revision'>[]>;
  /**
   * Puts new content in the place of what was: a `draft` again, whatever approval there was. False unless it is `draft` or
   * `approved` and of this revision, and where a part of it was sent already: what stands cannot be edited.
   */
  edit(
    id: string,
    revision: number,
    change: {
      readonly content: ThreadContent;
      readonly contentHash: string;
      readonly numbers: readonly SourcedNumber[];
    },
    by: string,
    now: number,
  ): Promise<boolean>;
  /** False unless it is a `draft` whose content has this hash. */
  approve(id: string, contentHash: string, by: string, now: number): Promise<boolean>;
  /** False unless it is `draft` or `approved`. */
  reject(id: string, by: string, why: string, now: number): Promise<boolean>;
  /**
   * False where it is posted, or over otherwise. A thread that is partly out is `cancelled` too: what stands stays. Whoever is
   * posting it hears of it at the next `putPart`.
   */
  cancel(id: string, by: string, now: number): Promise<boolean>;
  /** False unless it is `draft` or `approved`. */
  schedule(id: string, postAt: number | null, by: string, now: number): Promise<boolean>;
  /**
   * Takes the thread for posting: from `approved`, or from `posting` where whoever was at it has said nothing for longer than
   * its lease. Null unless the content's hash is the approved one, and before `postAt`. `holder` is drawn by the caller.
   */
  take(id: string, holder: string, leaseMs: number, now: number): Promise<ThreadRow | null>;
  /** False where it is the caller's no longer. */
  renew(id: string, holder: string, leaseMs: number): Promise<boolean>;
  parts(threadId: string): Promise<ThreadPartRow[]>;
  /**
   * Changes a part of a thread that the caller holds. False where it is the caller's no longer: then nothing may be sent.
   * Where it was cancelled meanwhile, the id of a post that stands is stored all the same.
   */
  putPart(part: ThreadPartRow, holder: string): Promise<boolean>;
  /** Ends the posting: `posted`, or `stopped` with a reason. False where it is the caller's no longer. */
  finish(
    id: string,
    holder: string,
    state: 'posted' | 'stopped',
    reason: string | null,
    now: number,
  ): Promise<boolean>;
  /** Gives a thread back that is not finished: `approved` again, to go on at `postAt`. False where it is the caller's no longer. */
  putOff(id: string, holder: string, postAt: number, reason: string, now: number): Promise<boolean>;
  /** A person says that a stopped thread may go on. Back to `approved`; parts keep what is known of them. */
  resume(id: string, by: string, now: number): Promise<boolean>;
  /** Threads that are due, or were being posted by a process that died; the longest due first. */
  due(now: number, limit: number): Promise<string[]>;
  /** Posts sent since, over all threads, those of unknown outcome too: for daily and monthly caps. */
  countPosts(since: number): Promise<number>;
  audit(row: Omit<AuditRow, 'id'>): Promise<void>;
  /** The newest first. */
  auditTrail(subject: string | null, limit: number): Promise<AuditRow[]>;
}
