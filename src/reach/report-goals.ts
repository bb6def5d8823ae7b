import type { SampleKey, SampleStore } from '../store/store.ts';
import { type Forecast, forecast, type NoForecast } from './forecast.ts';
import { DAY_MS, type DayTotal, type Part, readParts, totalByDay, valuesAfter } from './goal-totals.ts';
import { type Goal, keysOf, type ReachPlan, windowOf } from './goals-file.ts';

/**
 * - `no-subjects`: the goals file does not say yet what is measured.
 * - `no-launch`: the goal counts from the launch, and the file does not say when that is.
 * - `before-launch`, `under-way`, `met`: as they say.
 * - `missed`: the time is over, and it was not met.
 * - `undecided`: the time is over, and what was measured around its end does not tell.
 */
export const GOAL_STATES = [
  'no-subjects',
  'no-launch',
  'before-launch',
  'under-way',
  'met',
  'missed',
  'undecided',
] as const;
type GoalState = (typeof GOAL_STATES)[number];

export interface GoalReport {
  readonly goal: Goal;
  readonly state: GoalState;
  readonly window: { readonly from: number; readonly until: number } | null;
  /** Null: never measured, which is not 0. */
  readonly latest: {
    readonly value: number;
    /** As old as the oldest part of it. */
    readonly takenAt: number;
    readonly sources: readonly string[];
  } | null;
  /** What was never measured: the value lacks it. */
  readonly unmeasured: readonly SampleKey[];
  /** What was first measured after the launch: what it gained before that is not counted. */
  readonly lateStarts: readonly SampleKey[];
  readonly days: readonly DayTotal[];
  /** Midnight of the day on which more than the target was first measured; and of the last day before it, on which it was not. */
  readonly met: { readonly day: number; readonly notYetOn: number | null } | null;
  /** Null where there is nothing to foretell: it is met, or over, or has not begun. */
  readonly forecast: Forecast | NoForecast | null;
  /** What was not to be had when it was last asked for, and why. */
  readonly gaps: readonly (SampleKey & { readonly reason: string })[];
  /** Figures that went down, and the last day that they did. */
  readonly drops: readonly (SampleKey & { readonly day: number })[];
}

/** A sample that is older than this at the end of a window does not tell what was then. */
const FRESH_MS = 2 * 3_600_000;

/**
 * How the goals stand.
 *
 * @throws StoreError
 */
export async function reportGoals(
  plan: ReachPlan,
  samples: Pick<SampleStore, 'at' | 'after' | 'series'>,
  now: number,
): Promise<GoalReport[]> {
  return await Promise.all(plan.goals.map(goal => reportGoal(goal, plan, samples, now)));
}

async function reportGoal(
  goal: Goal,
  plan: ReachPlan,
  samples: Pick<SampleStore, 'at' | 'after' | 'series'>,
  now: number,
): Promise<GoalReport> {
  const { launchAt } = plan;
  const window = windowOf(goal, launchAt);
  const nothing = {
    goal,
    window,
    latest: null,
    unmeasured: [],
    lateStarts: [],
    days: [],
    met: null,
    forecast: null,
    gaps: [],
    drops: [],
  };
  if (keysOf(goal, plan).length === 0) return { ...nothing, state: 'no-subjects' };
  const countsFromLaunch = goal.firstDays !== null || goal.count === 'gained';
  if (countsFromLaunch && launchAt === null) return { ...nothing, state: 'no-launch' };
  if (countsFromLaunch && now < launchAt!) return { ...nothing, state: 'before-launch' };

  const isOver = window !== null && now >= window.until;
  const until = isOver ? window.until : now;
  const parts = await readParts(goal, plan, samples, until);
  const days = totalByDay(parts, until);
  const met = findMet(days, goal.moreThan);
  const measured = parts.flatMap(({ latest }) => latest ?? []);
  const value = measured.reduce((sum, part) => sum + part.value, 0);
  let state: GoalState = met ? 'met' : 'under-way';
  if (!met && isOver) {
    state = (await isMissed(goal, plan, parts, samples, window.until)) ? 'missed' : 'undecided';
  }
  return {
    goal,
    state,
    window,
    latest:
      measured.length === 0
        ? null
        : {
            value,
            takenAt: Math.min(...measured.map(({ takenAt }) => takenAt)),
            sources: [...new Set(parts.flatMap(({ key, latest }) => (latest ? key.source : [])))],
          },
    unmeasured: parts.filter(({ latest }) => !latest).map(({ key }) => key),
    lateStarts: parts.filter(part => part.latest && !part.isBaselineKnown).map(({ key }) => key),
    days,
    met,
    forecast:
      state === 'under-way' && measured.length > 0
        ? forecast(
            days.flatMap(({ at, value: total }) => (total === null ? [] : [{ at, value: total }])),
            goal.moreThan,
            now,
          )
        : null,
    gaps: parts.flatMap(({ key, days: own }) => {
      const last = own.at(-1);
      return last?.value === null ? [{ ...key, reason: last.reason ?? last.outcome }] : [];
    }),
    drops: parts.flatMap(({ key, days: own }) => {
      const drop = own.findLast(({ wentDown }) => wentDown);
      return drop ? [{ ...key, day: drop.slot - (drop.slot % DAY_MS) }] : [];
    }),
  };
}

/** What is known of a day counts: where a part was not measured, the last of it was. */
function findMet(days: readonly DayTotal[], target: number): GoalReport['met'] {
  const found = days.find(({ known }) => known !== null && known > target);
  if (!found) return null;
  const before = days.findLast(({ day, value }) => day < found.day && value !== null);
  return { day: found.day, notYetOn: before?.day ?? null };
}

/**
 * Whether what was measured around the end of the window shows that the target was not exceeded: it was not even by the
 * first that was measured after the end, where nothing was just before it.
 */
async function isMissed(
  goal: Goal,
  plan: ReachPlan,
  parts: readonly Part[],
  samples: Pick<SampleStore, 'after'>,
  until: number,
): Promise<boolean> {
  const after = await valuesAfter(goal, plan, parts, samples);
  let most = 0;
  for (const [index, { latest, isBaselineKnown }] of parts.entries()) {
    const isFresh = latest !== null && latest.takenAt >= until - FRESH_MS;
    const bound = isFresh ? latest.value : (after[index] ?? null);
    if (bound === null || !isBaselineKnown) return false;
    most += bound;
  }
  return most <= goal.moreThan;
}
