import type { Kysely, RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { RunQuery } from './run-query.ts';
import type { Tables } from './schema.ts';

/**
 * - `running`: at work, as far as is known.
 * - `done`, `failed`, `timed-out`: it came to an end by itself.
 * - `stopped`: broken off since its process was told to end.
 * - `lost`: its process died, or was out of reach for longer than its lease.
 * - `missed`: never begun, since the one before took too long.
 */
type JobOutcome = 'running' | EndedOutcome | 'lost' | 'missed';
export type EndedOutcome = 'done' | 'failed' | 'timed-out' | 'stopped';

export interface JobRun {
  readonly id: string;
  readonly job: string;
  /** The time that the run was scheduled for: milliseconds since the epoch. */
  readonly slot: number;
  /** 1, and more where a slot was run again after a run was lost or stopped. */
  readonly attempt: number;
  readonly process: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: JobOutcome;
  /** A sentence for people. */
  readonly error: string | null;
}

export interface SlotClaim {
  /** Drawn by the caller, once for each claim. */
  readonly id: string;
  readonly job: string;
  readonly slot: number;
  readonly process: string;
  /** Whether a slot whose run was lost or stopped is run again. */
  readonly isRepeatable: boolean;
  /** How long the run is taken to be alive without a word. */
  readonly leaseMs: number;
  readonly now: number;
}

type ClaimAnswer =
  /** The slot is the caller's. */
  | { readonly kind: 'claimed'; readonly attempt: number }
  /** Nothing more will happen in this slot. */
  | { readonly kind: 'settled' }
  /** The slot is being run by another, or a run of the same job is still on: ask again. */
  | { readonly kind: 'taken' };

/** Failures in a row up to a slot. */
interface FailureStreak {
  /** Slots whose last run failed, timed out or was lost. */
  readonly failures: number;
  /** The last slot before them that was done; 0 where there is none. It names the streak. */
  readonly since: number;
}

export interface JobStore {
  /**
   * Claims a slot. Runs of the job whose lease is over are marked as lost first. For one slot and one attempt only one
   * caller is ever told `claimed`, and none while another run of the job is alive.
   */
  claim(claim: SlotClaim): Promise<ClaimAnswer>;
  /** Says that the run goes on. False where it is the caller's no longer. */
  renew(id: string, leaseMs: number): Promise<boolean>;
  /** False where the run was taken for lost before. */
  end(id: string, outcome: EndedOutcome, error: string | null, now: number): Promise<boolean>;
  /** Notes that a slot was not run, unless it was. */
  miss(run: Pick<SlotClaim, 'id' | 'job' | 'slot' | 'process' | 'now'>): Promise<void>;
  /** Of one job or of all, the newest first. Runs whose lease is over are marked as lost first. */
  history(query: {
    readonly job?: string;
    /** Those that ended so; all without it. */
    readonly outcomes?: readonly JobOutcome[];
    readonly limit: number;
    readonly now: number;
  }): Promise<JobRun[]>;
  /** @param until counts failures up to and with this slot */
  failuresUntil(job: string, until: number): Promise<FailureStreak>;
}

/** A job that kills its process kills no more than this many of them. */
const MOST_ATTEMPTS = 3;

const COLUMNS = [
  'id',
  'job',
  'slot',
  'attempt',
  'process',
  'startedAt',
  'endedAt',
  'outcome',
  'error',
] as const satisfies readonly (keyof JobRun)[];

const REPEATED: readonly JobOutcome[] = ['lost', 'stopped'];

/** @param clock leases go by the database's clock: those of the processes may differ */
export function createJobStore(run: RunQuery, clock: RawBuilder<number>): JobStore {
  return {
    claim: claim => run(db => claimSlot(db, clock, claim)),
    renew: (id, leaseMs) =>
      run(async db => {
        const { numUpdatedRows } = await db
          .updateTable('jobRuns')
          .set({ leaseUntil: sql`${clock} + ${sql.lit(leaseMs)}` })
          .where('id', '=', id)
          .where('outcome', '=', 'running')
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    end: (id, outcome, error, now) =>
      run(async db => {
        const { numUpdatedRows } = await db
          .updateTable('jobRuns')
          .set({ outcome, error, endedAt: now })
          .where('id', '=', id)
          // The same again where the answer to the first attempt was lost.
          .where('outcome', 'in', ['running', outcome])
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    miss: ({ id, job, slot, process, now }) =>
      run(async db => {
        await db
          .insertInto('jobRuns')
          .values({
            ...{ id, job, slot, process, attempt: 1, startedAt: now, endedAt: now, outcome: 'missed' },
            ...{ error: 'The run before took too long.', leaseUntil: 0 },
          })
          .onConflict(conflict => conflict.doNothing())
          .execute();
      }),
    history: ({ job, outcomes, limit, now }) =>
      run(async db => {
        await markLost(db, clock, now, job);
        let rows = db.selectFrom('jobRuns').select(COLUMNS).orderBy('startedAt', 'desc').orderBy('id');
        if (job !== undefined) rows = rows.where('job', '=', job);
        if (outcomes !== undefined) rows = rows.where('outcome', 'in', outcomes);
        return await rows.limit(limit).execute();
      }),
    failuresUntil: (job, until) =>
      run(async db => {
        const { done } = await db
          .selectFrom('jobRuns')
          .select(({ fn }) => fn.max('slot').as('done'))
          .where('job', '=', job)
          .where('outcome', '=', 'done')
          .where('slot', '<', until)
          .executeTakeFirstOrThrow();
        const since = done ?? 0;
        const { failures } = await db
          .selectFrom('jobRuns')
          .select(({ fn }) => fn.count('slot').distinct().as('failures'))
          .where('job', '=', job)
          .where('outcome', 'in', ['failed', 'timed-out', 'lost'])
          .where('slot', '>', since)
          .where('slot', '<=', until)
          .executeTakeFirstOrThrow();
        return { failures: Number(failures), since };
      }),
  };
}

/**
 * No transaction: each statement stands by itself, and the last one is held by two unique indexes, of which one has each
 * attempt of a slot once, the other each job that is running once.
 */
async function claimSlot(
  db: Kysely<Tables>,
  clock: RawBuilder<number>,
  { id, job, slot, process, isRepeatable, leaseMs, now }: SlotClaim,
): Promise<ClaimAnswer> {
  await markLost(db, clock, now, job);
  const last = await db
    .selectFrom('jobRuns')
    .select(['id', 'attempt', 'outcome'])
    .where('job', '=', job)
    .where('slot', '=', slot)
    .orderBy('attempt', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.outcome === 'running') {
    // An attempt at this query whose answer was lost.
    return last.id === id ? { kind: 'claimed', attempt: last.attempt } : { kind: 'taken' };
  }
  const isOver = last && !(isRepeatable && REPEATED.includes(last.outcome) && last.attempt < MOST_ATTEMPTS);
  if (isOver) return { kind: 'settled' };
  const attempt = (last?.attempt ?? 0) + 1;
  const claimed = await db
    .insertInto('jobRuns')
    .values({
      ...{ id, job, slot, attempt, process, startedAt: now, endedAt: null, outcome: 'running', error: null },
      leaseUntil: sql`${clock} + ${sql.lit(leaseMs)}`,
    })
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return claimed ? { kind: 'claimed', attempt } : { kind: 'taken' };
}

async function markLost(
  db: Kysely<Tables>,
  clock: RawBuilder<number>,
  now: number,
  job?: string,
): Promise<void> {
  const lost = db
    .updateTable('jobRuns')
    .set({ outcome: 'lost', endedAt: now, error: 'Its process ended, or was out of reach.' })
    .where('outcome', '=', 'running')
    .where('leaseUntil', '<', clock);
  await (job === undefined ? lost : lost.where('job', '=', job)).execute();
}
