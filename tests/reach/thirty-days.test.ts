import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayOf } from '../../src/charts/time-chart.ts';
import { describeGoal } from '../../src/reach/describe-goal.ts';
import { SOURCES } from '../../src/reach/reading.ts';
import { type GoalReport, reportGoals } from '../../src/reach/report-goals.ts';
import type { FaultKind } from '../../src/sandbox/reach/source-faults.ts';
import type { SeriesSample } from '../../src/store/store.ts';
import {
  DAY,
  LAUNCH,
  type LaunchStage,
  MODEL,
  PLAN,
  POST,
  REPOSITORY,
  startLaunch,
  THREAD,
  TRUTH,
} from './launch-stage.ts';

const HOUR = 3_600_000;

let stage: LaunchStage;
beforeEach(async () => {
  stage = await startLaunch();
});
afterEach(() => stage.close());

async function report(id: string): Promise<GoalReport> {
  const reports = await reportGoals(PLAN, stage.store.samples, stage.clock.now());
  return reports.find(({ goal }) => goal.id === id)!;
}

async function seriesOf(source: string, subject: string, metric: string): Promise<SeriesSample[]> {
  const until = stage.clock.now();
  return await stage.store.samples.series({
    source,
    subject,
    metric,
    from: 0,
    until,
    every: 'slot',
    limit: 1000,
  });
}

/** Midnight of the first day at whose last run (22:00 or 17:00 UTC) more than the target was there. */
function dayExceeded(total: (at: number) => number, target: number): number {
  for (let at = LAUNCH - DAY; ; at += 8 * HOUR) {
    const isLastOfDay = Math.floor(at / DAY) !== Math.floor((at + 8 * HOUR) / DAY);
    if (isLastOfDay && total(at) > target) return at - (at % DAY);
  }
}

const engagements = (at: number) =>
  TRUTH.likes(at) + TRUTH.replies(at) + TRUTH.score(at) + TRUTH.comments(at);

describe('thirty days of a launch', () => {
  it('are measured as they were, and every goal is met on its day', async () => {
    await stage.live(31);
    // What runs twice is kept once.
    stage.clock.advance(-8 * HOUR);
    await stage.collect();
    stage.clock.advance(8 * HOUR);
    expect(stage.sources.problems()).toEqual([]);
    expect(stage.faults).toEqual([]);
    const followed: [string, string, string, (at: number) => number][] = [
      ['huggingface', MODEL, 'downloadsAllTime', at => 25 + TRUTH.downloads(at)],
      ['github', REPOSITORY, 'stars', TRUTH.stars],
      ['github', REPOSITORY, 'views14Days', TRUTH.likes],
      ['x', POST, 'engagements', at => TRUTH.likes(at) + TRUTH.replies(at)],
      ['x', '@narrator', 'followers', TRUTH.stars],
      ['reddit', THREAD, 'engagements', at => TRUTH.score(at) + TRUTH.comments(at)],
    ];
    for (const [source, subject, metric, truth] of followed) {
      const series = await seriesOf(source, subject, metric);
      expect(series).toHaveLength(93);
      for (const { takenAt, value, wentDown } of series) {
        expect([value, wentDown]).toEqual([truth(takenAt), false]);
      }
    }
    const downloads = await report('downloads');
    // Those of before the launch are not counted, nor those of after its first week.
    expect(downloads.latest!.value).toBe(TRUTH.downloads(LAUNCH + 7 * DAY));
    expect(downloads.met!.day).toBe(dayExceeded(TRUTH.downloads, 100));
    expect((await report('stars')).met!.day).toBe(dayExceeded(TRUTH.stars, 50));
    expect((await report('engagements')).met!.day).toBe(dayExceeded(engagements, 500));
    for (const { goal, state } of await reportGoals(PLAN, stage.store.samples, stage.clock.now())) {
      expect([goal.id, state]).toEqual([goal.id, 'met']);
    }
  });

  it('are foretold from their first week on, with the day within the interval', async () => {
    await stage.live(9);
    const { state, forecast } = await report('stars');
    expect(state).toBe('under-way');
    if (forecast === null || typeof forecast === 'string') throw new Error('no forecast');
    expect(Math.abs(forecast.perDay - 4)).toBeLessThan(1.5);
    const met = dayExceeded(TRUTH.stars, 50);
    expect(met).toBeGreaterThan(forecast.earliest - DAY);
    expect(met).toBeLessThan(forecast.latest!);
    expect(describeGoal(await report('stars'))[0]).toMatch(
      /^\d\.\d a day: at this rate on 2026-12-\d\d \(80 % interval 2026-12-\d\d to 202\d-\d\d-\d\d\)\.$/,
    );
  });

  it('begin with a launch that is still to come, and with too little for a forecast', async () => {
    expect((await report('downloads')).state).toBe('before-launch');
    expect((await report('stars')).latest).toBeNull();
    await stage.live(2);
    expect((await report('downloads')).state).toBe('under-way');
    expect((await report('downloads')).forecast).toBe('too-few');
  });
});

describe('three days on which', () => {
  /** The day on which there come to be more than fifty stars is the second of them. */
  const MET = dayExceeded(TRUTH.stars, 50);
  const FROM = MET - DAY + 9 * HOUR;
  const UNTIL = FROM + 3 * DAY;
  const DAYS = (UNTIL + DAY - (LAUNCH - DAY)) / DAY;

  it.each<[string, FaultKind]>([
    ['GitHub is down', 'down'],
    ['GitHub fails', 'failing'],
    ['GitHub’s rate limit is exceeded', 'limited'],
    ['GitHub answers with nonsense', 'nonsense'],
  ])('%s are a gap, never 0, and the goal is met after it', async (_, kind) => {
    stage.sources.faults.add({ source: 'github', kind, from: FROM, until: UNTIL });
    await stage.live(DAYS);
    expect(stage.faults).toEqual([]);
    const stars = await seriesOf('github', REPOSITORY, 'stars');
    expect(stars).toHaveLength(3 * DAYS);
    for (const { takenAt, value, outcome, reason } of stars) {
      const isOut = takenAt >= FROM && takenAt < UNTIL;
      expect([value, outcome]).toEqual(isOut ? [null, 'missing'] : [TRUTH.stars(takenAt), 'value']);
      expect(reason === null).toBe(!isOut);
    }
    const goal = await report('stars');
    const gap = goal.days.filter(({ value }) => value === null).map(({ day }) => day);
    expect(gap).toEqual([MET, MET + DAY]);
    expect(goal.met).toEqual({ day: MET + 2 * DAY, notYetOn: MET - DAY });
    expect(describeGoal(goal)[0]).toBe(
      `Met by ${dayOf(MET + 2 * DAY)}; not yet on ${dayOf(MET - DAY)}, and not measured in between.`,
    );
    // The other sources went on.
    for (const { value, takenAt } of await seriesOf('reddit', THREAD, 'score')) {
      expect(value).toBe(TRUTH.score(takenAt));
    }
  });

  it('figures are withheld are said to be so, and what is not withheld is measured', async () => {
    for (const source of SOURCES) {
      stage.sources.faults.add({ source, kind: 'restricted', from: FROM, until: FROM + DAY });
    }
    stage.clock.advance(FROM - stage.clock.now());
    const samples = await stage.collect();
    const outcomes = (source: string) =>
      Object.fromEntries(
        samples.filter(sample => sample.source === source).map(({ metric, outcome }) => [metric, outcome]),
      );
    expect(new Set(Object.values(outcomes('huggingface')))).toEqual(new Set(['restricted']));
    expect(new Set(Object.values(outcomes('x')))).toEqual(new Set(['restricted']));
    expect(outcomes('github')).toMatchObject({
      stars: 'value',
      releaseDownloads: 'value',
      views14Days: 'restricted',
    });
    expect(outcomes('reddit')).toEqual({ score: 'restricted', comments: 'value', engagements: 'restricted' });
    for (const { outcome, value, reason } of samples) {
      expect([value === null, reason === null]).toEqual([outcome !== 'value', outcome === 'value']);
    }
  });

  it('nothing at all answers leave a forecast that is made of what is known', async () => {
    for (const source of SOURCES) {
      stage.sources.faults.add({ source, kind: 'down', from: LAUNCH + 4 * DAY, until: LAUNCH + 7 * DAY });
    }
    await stage.live(9);
    const { days, forecast, gaps } = await report('stars');
    expect(days.filter(({ value }) => value === null)).toHaveLength(2);
    expect(gaps).toEqual([]);
    if (forecast === null || typeof forecast === 'string') throw new Error('no forecast');
    expect(MET).toBeGreaterThan(forecast.earliest - DAY);
    expect(MET).toBeLessThan(forecast.latest!);
    expect((await report('engagements')).days.filter(({ value }) => value === null)).toHaveLength(2);
  });
});
