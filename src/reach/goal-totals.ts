import type { Sample, SampleKey, SampleStore, SeriesSample } from '../store/store.ts';
import { type Goal, keysOf, type ReachPlan, windowOf } from './goals-file.ts';

/** A day's total. Null: something of it was not measured that day. */
export interface DayTotal {
  /** Midnight UTC. */
  readonly day: number;
  /** When the last of it was measured; the end of the day where nothing was. */
  readonly at: number;
  readonly value: number | null;
  /** The total with the last that was known of what was not measured that day; null before anything was. */
  readonly known: number | null;
}

/** What is measured for a goal. */
export interface Part {
  readonly key: SampleKey;
  /** What is taken off: what there was at the launch. */
  readonly baseline: number;
  /** False where it was first measured after the launch: what came before that is not counted. */
  readonly isBaselineKnown: boolean;
  /** Of each day the last sample, in the order of time. */
  readonly days: readonly SeriesSample[];
  /** The newest of the span with a value; null: never measured in it. */
  readonly latest: { readonly value: number; readonly takenAt: number } | null;
}

export const DAY_MS = 86_400_000;
/** What is looked back on: a launch and what follows. */
const MAX_DAYS = 366;
/** Where no launch is set. */
const DAYS_BACK = 90;

/** What is kept of a goal's figures until `until`, which is not before the launch. */
export async function readParts(
  goal: Goal,
  plan: ReachPlan,
  samples: Pick<SampleStore, 'at' | 'after' | 'series'>,
  until: number,
): Promise<Part[]> {
  const { launchAt } = plan;
  const since = Math.max(launchAt ?? until - DAYS_BACK * DAY_MS, until - MAX_DAYS * DAY_MS);
  const from = since - (since % DAY_MS);
  return await Promise.all(
    keysOf(goal, plan).map(async key => {
      const query = { ...key, from, until: until + 1, every: 'day', limit: MAX_DAYS + 1 } as const;
      const found = await samples.series(query);
      const newest = await samples.at(key, until);
      const days = endWith(found, newest, from, until);
      const before = goal.count === 'gained' && launchAt !== null ? await samples.at(key, launchAt) : null;
      const first =
        goal.count === 'gained' && launchAt !== null && !before ? await samples.after(key, launchAt) : null;
      const baseline = goal.count === 'gained' ? (before?.value ?? first?.value ?? 0) : 0;
      return {
        key,
        baseline,
        isBaselineKnown: goal.count === 'total' || before !== null,
        days,
        latest: newest && { value: newest.value! - baseline, takenAt: newest.takenAt },
      };
    }),
  );
}

/** The hour that the span ends in may have its sample after it: the day then ends with the last one before it. */
function endWith(
  found: readonly SeriesSample[],
  newest: Sample | null,
  from: number,
  until: number,
): SeriesSample[] {
  const within = found.filter(({ takenAt }) => takenAt <= until);
  if (!newest || newest.slot < from || within.some(({ slot }) => slot === newest.slot)) return within;
  return [...within, { ...newest, wentDown: false }].sort((one, other) => one.slot - other.slot);
}

/** The total of all parts by day, up to the one of `until`. What begins later, as a new post does, counts from then on. */
export function totalByDay(parts: readonly Part[], until: number): DayTotal[] {
  const days = parts.flatMap(part => part.days);
  if (days.length === 0) return [];
  const startOf = (time: number) => time - (time % DAY_MS);
  const first = Math.min(...days.map(({ slot }) => startOf(slot)));
  const totals: DayTotal[] = [];
  const known = new Map<Part, number>();
  for (let day = first; day <= until; day += DAY_MS) {
    let isWhole = true;
    let at = 0;
    for (const part of parts) {
      const sample = part.days.find(({ slot }) => startOf(slot) === day);
      if (sample?.value !== null && sample !== undefined) {
        known.set(part, sample.value - part.baseline);
        at = Math.max(at, sample.takenAt);
      } else if (known.has(part) || sample) {
        isWhole = false;
      }
    }
    const sum = known.size === 0 ? null : [...known.values()].reduce((one, other) => one + other, 0);
    totals.push({ day, at: at || day + DAY_MS - 1, value: isWhole ? sum : null, known: sum });
  }
  return totals;
}

/** The end of a goal's window, and what is known at it of what was not measured just then. */
export async function valuesAfter(
  goal: Goal,
  plan: ReachPlan,
  parts: readonly Part[],
  samples: Pick<SampleStore, 'after'>,
): Promise<(number | null)[]> {
  const until = windowOf(goal, plan.launchAt)!.until;
  return await Promise.all(
    parts.map(async ({ key, baseline }) => {
      const next = await samples.after(key, until);
      return next && next.value! - baseline;
    }),
  );
}
