import type { RunRecord } from '../../benchmarks/run-record.ts';
import type { RunScores } from '../../benchmarks/scores.ts';

/** What a run has to be, so that it may be told of. */
export interface ThreadLimits {
  /** Runs that ended, and samples that were taken, longer ago are stale. */
  readonly maxAgeDays: number;
  /** Of a contender's images those without an answer, from 0 to 1. */
  readonly maxFailedShare: number;
}

export const DEFAULT_LIMITS: ThreadLimits = { maxAgeDays: 30, maxFailedShare: 0.02 };

const DAY_MS = 86_400_000;

/**
 * Why a run may not be told of: a sentence for each reason, none where it may.
 *
 * @param now in milliseconds since the epoch
 */
export function checkRun(
  record: RunRecord,
  scores: RunScores | null,
  { maxAgeDays, maxFailedShare }: ThreadLimits,
  now: number,
): string[] {
  const run = `The run ${record.id}`;
  const faults: string[] = [];
  if (record.state !== 'finished') {
    faults.push(`${run} is not finished: go on with it by narrator bench run.`);
  }
  const age = now - (record.finishedAt ?? record.createdAt);
  if (isStale(age, maxAgeDays)) {
    faults.push(
      `${run} ended ${daysOf(age)} days ago; after ${maxAgeDays} days a run is stale: run it anew (NARRATOR_THREAD_MAX_AGE_DAYS sets the days).`,
    );
  }
  if (!scores || scores.runId !== record.id) return [...faults, `${run} has no scores yet.`];
  for (const { name } of record.contenders) {
    const contender = scores.contenders.find(each => each.name === name);
    if (!contender) {
      faults.push(`${run} has no scores of ${name}: measure it anew.`);
      continue;
    }
    const { answered, failed } = contender;
    const all = answered + failed;
    if (all === 0) faults.push(`${name} answered nothing in the run ${record.id}.`);
    else if (failed / all > maxFailedShare) {
      faults.push(
        `${name} failed on ${failed} of ${all} images of the run ${record.id}, more than ${percentOf(maxFailedShare)} % (NARRATOR_THREAD_MAX_FAILED_PERCENT).`,
      );
    }
  }
  return faults;
}

export function isStale(ageMs: number, maxAgeDays: number): boolean {
  return ageMs > maxAgeDays * DAY_MS;
}

export function daysOf(ageMs: number): number {
  return Math.floor(ageMs / DAY_MS);
}

function percentOf(share: number): string {
  return (100 * share).toLocaleString('en', { maximumFractionDigits: 2 });
}
