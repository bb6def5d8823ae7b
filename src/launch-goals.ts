import type { GoalProgress } from './bots/commands/goal-progress.ts';
import type { Sample, SampleStore } from './store/store.ts';

interface LaunchGoal extends Pick<GoalProgress, 'name' | 'target' | 'unit'> {
  /** What is measured for it: all of these together. */
  readonly measures: readonly Pick<Sample, 'source' | 'metric'>[];
}

/** What the launch of the model aims at: each is to be exceeded. */
const LAUNCH_GOALS: readonly LaunchGoal[] = [
  {
    name: 'Hugging Face downloads in the first week',
    target: 100,
    unit: 'downloads',
    measures: [{ source: 'huggingface', metric: 'downloads' }],
  },
  {
    name: 'Engagements with the launch posts',
    target: 500,
    unit: 'engagements',
    measures: [
      { source: 'x', metric: 'engagements' },
      { source: 'reddit', metric: 'engagements' },
    ],
  },
  {
    name: 'GitHub stars',
    target: 50,
    unit: 'stars',
    measures: [{ source: 'github', metric: 'stars' }],
  },
];

/**
 * The launch goals with the latest that was measured of each; null where nothing was, which is not 0.
 *
 * @throws StoreError
 */
export async function readGoals(samples: Pick<SampleStore, 'latest'>): Promise<GoalProgress[]> {
  return await Promise.all(
    LAUNCH_GOALS.map(async ({ name, target, unit, measures }) => {
      const found = await Promise.all(measures.map(({ source, metric }) => samples.latest(source, metric)));
      return { name, target, unit, dueAt: null, latest: sumOf(found.flat()) };
    }),
  );
}

/** Of several subjects and sources. It is as old as the oldest part of it. */
function sumOf(samples: readonly Sample[]): GoalProgress['latest'] {
  const measured = samples.filter(({ value }) => value !== null);
  if (measured.length === 0) return null;
  return {
    value: measured.reduce((sum, { value }) => sum + value!, 0),
    takenAt: Math.min(...measured.map(({ takenAt }) => takenAt)),
    source: [...new Set(measured.map(({ source, subject }) => `${source}: ${subject}`))].join(', '),
  };
}
