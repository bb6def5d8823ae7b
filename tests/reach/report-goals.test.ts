import { expect, it } from 'vitest';
import { describeGoal } from '../../src/reach/describe-goal.ts';
import type { Goal, ReachPlan } from '../../src/reach/goals-file.ts';
import { reportGoals } from '../../src/reach/report-goals.ts';
import type { Sample, Store } from '../../src/store/store.ts';
import { describeOnBothStores } from '../store/both-stores.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Not on the hour: a slot lies across the end of the window. */
const LAUNCH = Date.UTC(2026, 11, 1, 9, 30);
const END = LAUNCH + 7 * DAY;

const GOAL: Goal = {
  id: 'downloads',
  name: 'Downloads',
  moreThan: 100,
  unit: 'downloads',
  measures: [{ source: 'huggingface', metric: 'downloadsAllTime', subjects: null }],
  count: 'gained',
  firstDays: 7,
  tell: [],
};

function plan(
  goal: Partial<Goal> = {},
  subjects: readonly string[] = ['org/model'],
  launchAt: number | null = LAUNCH,
) {
  return {
    model: 'm',
    launchAt,
    subjects: { huggingface: subjects, github: [], x: [], reddit: [] },
    goals: [{ ...GOAL, ...goal }],
  } satisfies ReachPlan;
}

function sample(takenAt: number, value: number | null, changes: Partial<Sample> = {}): Sample {
  return {
    source: 'huggingface',
    subject: 'org/model',
    metric: 'downloadsAllTime',
    value,
    outcome: value === null ? 'missing' : 'value',
    reason: value === null ? 'Hugging Face could not be reached.' : null,
    takenAt,
    slot: takenAt - (takenAt % HOUR),
    rawId: null,
    ...changes,
  };
}

async function report(store: Store, now: number, its: ReachPlan = plan()) {
  const [found] = await reportGoals(its, store.samples, now);
  return found!;
}

await describeOnBothStores('how a goal stands', stores => {
  it('cannot be told without subjects, a launch, or before it', async () => {
    const store = await stores.open();
    await store.samples.add([sample(LAUNCH - DAY, 5)]);
    const state = async (its: ReachPlan, now = LAUNCH + DAY) => (await report(store, now, its)).state;
    expect(await state(plan({}, []))).toBe('no-subjects');
    // Spaces have no downloads.
    expect(await state(plan({}, ['spaces/org/space']))).toBe('no-subjects');
    expect(await state(plan({}, ['org/model'], null))).toBe('no-launch');
    expect(await state(plan(), LAUNCH - 1)).toBe('before-launch');
    expect(await state(plan({ count: 'total', firstDays: null }, ['org/model'], null))).toBe('under-way');
    expect(describeGoal(await report(store, LAUNCH, plan({}, [])))).toEqual([
      'The goals file names nothing to measure for it yet.',
    ]);
  });

  it('is met by more than the target, in its time, over what there was at the launch', async () => {
    const store = await stores.open();
    await store.samples.add([
      sample(LAUNCH - DAY, 3),
      sample(LAUNCH - HOUR, 10),
      sample(LAUNCH + DAY, 60),
      sample(END - HOUR, 110),
      // In the slot of the end, a minute after it.
      sample(END + 60_000, 111),
    ]);
    const over = await report(store, END + DAY);
    expect(over).toMatchObject({ state: 'missed', met: null, latest: { value: 100 }, lateStarts: [] });
    expect(describeGoal(over)).toEqual(['Not met within the 7 days that ended on 2026-12-08.']);
    const other = await stores.open();
    await other.samples.add([
      sample(LAUNCH - HOUR, 10),
      sample(LAUNCH + DAY, 60),
      sample(END - 1000, 111),
      sample(END + HOUR, 90),
    ]);
    expect(await report(other, END + DAY)).toMatchObject({
      state: 'met',
      met: { day: Date.UTC(2026, 11, 8), notYetOn: Date.UTC(2026, 11, 2) },
    });
  });

  it('is not decided where nothing was measured around its end, unless what came later tells', async () => {
    const store = await stores.open();
    await store.samples.add([sample(LAUNCH - HOUR, 0), sample(END - 2 * DAY, 90), sample(END - DAY, null)]);
    expect((await report(store, END + HOUR)).state).toBe('undecided');
    await store.samples.add([sample(END + DAY, 120)]);
    const undecided = await report(store, END + 2 * DAY);
    expect(undecided.state).toBe('undecided');
    expect(describeGoal(undecided)[0]).toBe(
      'Its time ended on 2026-12-08, and too little was measured around then to tell.',
    );
    // Not even a day later: it was missed.
    expect((await report(store, END + 2 * DAY, plan({ moreThan: 120 }))).state).toBe('missed');
  });

  it('says what was measured too late, never, not lately, or went down', async () => {
    const store = await stores.open();
    const now = LAUNCH + 4 * DAY;
    await store.samples.add([
      sample(LAUNCH + HOUR, 40),
      sample(LAUNCH + DAY, 50),
      sample(LAUNCH + 2 * DAY, 45),
      sample(now, null),
      sample(now, null, { subject: 'org/other', outcome: 'restricted', reason: 'It is private.' }),
    ]);
    const found = await report(store, now, plan({}, ['org/model', 'org/other']));
    // 45 less the 40 that were there when it was first measured; the other one is not taken for 0, but named.
    expect(found).toMatchObject({ state: 'under-way', latest: { value: 5, takenAt: LAUNCH + 2 * DAY } });
    expect(found.days.at(-1)).toMatchObject({ value: null, known: 5 });
    expect(describeGoal(found)).toEqual([
      'Too early for a forecast: it takes figures of four days.',
      'Never measured, and not in the figure: Hugging Face: org/other.',
      'First measured after the launch, so that earlier ones are not counted: Hugging Face: org/model.',
      'Not measured lately: Hugging Face could not be reached. It is private.',
      'Went down: Hugging Face: org/model on 2026-12-03.',
    ]);
    // What may lack something was not missed for certain.
    expect((await report(store, END + DAY, plan({}, ['org/model']))).state).toBe('undecided');
  });

  it('counts a post that comes later from then on, and shows days without a run as gaps', async () => {
    const store = await stores.open();
    const goal = { count: 'total', firstDays: null } as const;
    const first = Date.UTC(2026, 11, 2, 12);
    await store.samples.add([
      sample(first, 10),
      sample(first + DAY, 20),
      sample(first + 3 * DAY, 30),
      sample(first + 3 * DAY, 5, { subject: 'org/later' }),
    ]);
    const { days, latest } = await report(store, first + 4 * DAY, plan(goal, ['org/model', 'org/later']));
    expect(days.map(({ value }) => value)).toEqual([10, 20, null, 35, null]);
    expect(latest).toMatchObject({ value: 35, sources: ['huggingface'] });
  });
});
