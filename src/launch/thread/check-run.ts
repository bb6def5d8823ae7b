import type { RunRecord } from '../../benchmarks/run-record.ts';
import type { RunScores } from '../../benchmarks/scores.ts';

/** What a run has to be, so that it may be told of: `approval` of the launch file. */
export interface ThreadLimits {
  /** Runs that ended, and samples that were taken, longer ago are stale. */
  readonly staleDays: number;
  /** Of a contender's images those without an answer. */
  readonly maxFailedPercent: number;
}

const DAY_MS = 86_400_000;

/**
 * Why a run may not be told of: a sentence for each reason, none where it may.
 *
 * @param now in milliseconds since the epoch
 */
export function checkRun(
  record: RunRecord,
  scores: RunScores | null,
  { staleDays, maxFailedPercent }: ThreadLimits,
  now: number,
): string[] {
  const run = `The run ${record.id}`;
  const faults: string[] = [];
  if (record.state !== 'finished') {
    faults.push(`${run} is not finished: go on with it by narrator bench run.`);
  }
  const age = now - (record.finishedAt ?? record.createdAt);
  if (isStale(age, staleDays)) {
    faults.push(
      `${run} ended ${daysOf(age)} days ago; after ${staleDays} days a run is stale: run it anew (approval.staleDays of the launch file sets the days).`,
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
    else if ((100 * failed) / all > maxFailedPercent) {
      faults.push(
        `${name} failed on ${failed} of ${all} images of the run ${record.id}, more than ${maxFailedPercent} % (approval.maxFailedPercent of the launch file).`,
      );
    }
  }
  return faults;
}

export function isStale(ageMs: number, days: number): boolean {
  return ageMs > days * DAY_MS;
}

export function daysOf(ageMs: number): number {
  return Math.floor(ageMs / DAY_MS);
}
