import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChartDrawer } from '../../src/charts/chart-drawer.ts';
import { announceMilestonesJob } from '../../src/jobs/announce-milestones.ts';
import type { AnnouncementMessage } from '../../src/jobs/announcement-message.ts';
import { collectReachJob } from '../../src/jobs/collect-reach.ts';
import type { JobContext } from '../../src/jobs/job.ts';
import { weeklyDigestJob } from '../../src/jobs/weekly-digest.ts';
import { createAnswerCache } from '../../src/reach/answer-cache.ts';
import { startPretendSources } from '../../src/sandbox/reach/start-pretend-sources.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { describeOnBothStores } from '../store/both-stores.ts';
import { createLog } from './job-stage.ts';

const DAY = 86_400_000;
/** A Monday. */
const MONDAY = Date.parse('2026-12-14T09:00:00Z');
const never = new AbortController().signal;

let folder: string;
const charts = createChartDrawer();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-goals-'));
  const goal = (id: string, moreThan: number, tell: string[]) => ({
    ...{ id, name: `Goal of ${id}`, moreThan, unit: id, tell },
    measures: [{ source: 'github', metric: id }],
  });
  const goals = {
    ...{ model: 'a-model', launch: null },
    subjects: { huggingface: [], github: ['org/repo'], x: [], reddit: [] },
    goals: [goal('stars', 50, ['discord:12345', 'slack:C12345']), goal('forks', 10, [])],
  };
  await writeFile(join(folder, 'goals.json'), JSON.stringify(goals));
});
afterAll(async () => {
  await charts.close();
  await rm(folder, { recursive: true, force: true });
});

function contextOf(store: Store, now: number, change: Partial<JobContext> = {}): JobContext {
  return {
    ...{ slot: now, now: () => now, store, goalsFile: join(folder, 'goals.json'), log: createLog() },
    ...{ drawChart: charts.draw, tell: [{ platform: 'discord', channelId: '99999' }] },
    ...change,
  } as JobContext;
}

async function measure(store: Store, stars: number | null, at: number): Promise<void> {
  await store.samples.add([
    {
      ...{ source: 'github', subject: 'org/repo', metric: 'stars', value: stars, rawId: '7', takenAt: at },
      ...{ outcome: stars === null ? 'missing' : 'value', reason: stars === null ? 'It was down.' : null },
      slot: at - (at % 3_600_000),
    } as const,
  ]);
}

/** What waits, by channel; it is taken. */
async function takeAll(store: Store) {
  const all: { channel: string; message: AnnouncementMessage }[] = [];
  for (;;) {
    const one = await store.announcements.take(['discord', 'slack'], 0);
    if (!one) return all;
    all.push({ channel: `${one.platform}:${one.channelId}`, message: one.message as AnnouncementMessage });
  }
}

await describeOnBothStores('announce-milestones', stores => {
  it('tells a goal’s channels of each step once, and of steps passed together the last', async () => {
    const store = await stores.open();
    let at = MONDAY;
    const told = async (stars: number | null) => {
      at += DAY;
      await measure(store, stars, at);
      await announceMilestonesJob.run(contextOf(store, at), never);
      // Run again, as after a crash.
      await announceMilestonesJob.run(contextOf(store, at), never);
      const all = await takeAll(store);
      expect(all.length % 2).toBe(0);
      return all.filter(({ channel }) => channel === 'discord:12345').map(({ message }) => message.heading);
    };
    expect(await told(12)).toEqual([]);
    expect(await told(13)).toEqual(['25 % reached: Goal of stars']);
    expect(await told(24)).toEqual([]);
    expect(await told(null)).toEqual([]);
    expect(await told(25)).toEqual(['50 % reached: Goal of stars']);
    // Some took theirs back: no step is told again.
    expect(await told(12)).toEqual([]);
    expect(await told(30)).toEqual([]);
    // More than 50 is the goal.
    expect(await told(50)).toEqual(['100 % reached: Goal of stars']);
    expect(await told(51)).toEqual(['Goal met: Goal of stars']);
    expect(await told(52)).toEqual([]);
  });

  it('says the figure, the target and the day', async () => {
    const store = await stores.open();
    await measure(store, 20, MONDAY - DAY);
    await measure(store, 60, MONDAY);
    await announceMilestonesJob.run(contextOf(store, MONDAY), never);
    const all = await takeAll(store);
    expect(all.map(({ channel }) => channel).toSorted()).toEqual(['discord:12345', 'slack:C12345']);
    expect(all[0]!.message).toEqual({
      heading: 'Goal met: Goal of stars',
      texts: ['60 stars; the goal is more than 50.', 'Met on 2026-12-14.'],
      picture: null,
    });
  });
});

describe('weekly-digest', () => {
  it('says what was gained, what is not known and what failed, with a chart that has alt text', async () => {
    const store = await openStore({ kind: 'sqlite', file: join(folder, 'digest.sqlite') });
    for (let day = 0; day <= 10; day++) {
      await measure(store, day === 8 ? null : 3 * day, MONDAY - 3_600_000 - (10 - day) * DAY);
    }
    const run = { id: 'a', job: 'check-models', slot: MONDAY - DAY, process: 'p', now: MONDAY - DAY };
    await store.jobs.miss(run);
    await weeklyDigestJob.run(contextOf(store, MONDAY), never);
    await weeklyDigestJob.run(contextOf(store, MONDAY), never);
    const [digest, ...more] = await takeAll(store);
    await store.close();
    expect(more).toEqual([]);
    expect(digest!.channel).toBe('discord:99999');
    const { heading, texts, picture } = digest!.message;
    expect(heading).toBe('The week to 2026-12-14: a-model');
    expect(texts[0]).toMatch(
      /^Goal of stars: 30, \+21 this week; the goal is more than 50 stars\. 3\.\d a day/,
    );
    expect(texts[1]).toMatch(/^Goal of forks: not measured;/);
    expect(texts.slice(2)).toEqual([
      'The bots described no images this week.',
      'Runs of jobs that failed, were lost or missed: check-models (1).',
    ]);
    expect(picture!.altText).toMatch(/Goals of the launch.*stars, 10 days.*60\.0 on 2026-12-14/);
    const png = Buffer.from(picture!.pngBase64, 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    // The gap stands in the chart, too: ten days of eleven.
    expect(picture!.altText).toContain('10 days');
  });

  it('draws nothing where nothing was measured, and does nothing where nobody is told', async () => {
    const store = await openStore({ kind: 'sqlite', file: join(folder, 'empty.sqlite') });
    await weeklyDigestJob.run(contextOf(store, MONDAY, { tell: [] }), never);
    expect(await takeAll(store)).toEqual([]);
    await weeklyDigestJob.run(contextOf(store, MONDAY), never);
    const { message } = (await takeAll(store))[0]!;
    await store.close();
    expect(message.picture).toBeNull();
    expect(message.texts.at(-1)).toBe('No job failed.');
  });
});

describe('collect-reach', () => {
  it('writes the samples of the hour once, and a reason where there is none', async () => {
    const few = () => 3;
    const figures = { stars: () => 7, forks: few, watchers: few, openIssues: few, releaseDownloads: few };
    const sources = await startPretendSources({
      now: () => MONDAY,
      subjects: { huggingface: {}, github: { 'org/repo': figures }, x: {}, reddit: {} },
    });
    const store = await openStore({ kind: 'sqlite', file: join(folder, 'reach.sqlite') });
    const context = contextOf(store, MONDAY, { reach: sources.access, gitHubAnswers: createAnswerCache() });
    await collectReachJob.run(context, never);
    await collectReachJob.run(context, never);
    const query = {
      source: 'github',
      subject: 'org/repo',
      every: 'slot',
      from: 0,
      until: MONDAY + 1,
      limit: 9,
    } as const;
    const stars = await store.samples.series({ ...query, metric: 'stars' });
    await store.close();
    await sources.close();
    expect(stars).toMatchObject([{ value: 7, outcome: 'value', slot: MONDAY }]);
  });
});
