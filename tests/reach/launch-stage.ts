import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { collectReach, SLOT_MS } from '../../src/reach/collect-reach.ts';
import type { AnswerCache } from '../../src/reach/fetch-source.ts';
import type { Goal, ReachPlan } from '../../src/reach/goals-file.ts';
import { type Curve, createLaunchCurve } from '../../src/sandbox/reach/launch-curve.ts';
import { SimulatedClock } from '../../src/sandbox/reach/simulated-clock.ts';
import { type PretendSources, startPretendSources } from '../../src/sandbox/reach/start-pretend-sources.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Sample, Store } from '../../src/store/store.ts';

export const DAY = 86_400_000;
export const LAUNCH = Date.UTC(2026, 11, 1, 9);
export const MODEL = 'org/model';
export const REPOSITORY = 'org/narrator';
export const POST = '1234567890123456789';
export const THREAD = 'https://www.reddit.com/r/blind/comments/1abcde/launch/';

/** Downloads fade, stars come evenly, and so do engagements. */
export const TRUTH = {
  downloads: createLaunchCurve({
    seed: 11,
    launchAt: LAUNCH,
    days: 40,
    perDay: day => 40 * Math.exp(-day / 6),
  }),
  stars: createLaunchCurve({ seed: 2026, launchAt: LAUNCH, days: 40, perDay: () => 4 }),
  likes: createLaunchCurve({ seed: 13, launchAt: LAUNCH, days: 40, perDay: () => 14 }),
  replies: createLaunchCurve({ seed: 14, launchAt: LAUNCH, days: 40, perDay: () => 3 }),
  score: createLaunchCurve({ seed: 15, launchAt: LAUNCH, days: 40, perDay: () => 9 }),
  comments: createLaunchCurve({ seed: 16, launchAt: LAUNCH, days: 40, perDay: () => 2 }),
} as const satisfies Record<string, Curve>;

const nothing: Curve = () => 0;

export const PLAN: ReachPlan = {
  model: 'visual-narrator-3b-adjective-dominant',
  launchAt: LAUNCH,
  subjects: { huggingface: [MODEL], github: [REPOSITORY], x: [POST, '@narrator'], reddit: [THREAD] },
  goals: [
    goal('downloads', 100, [['huggingface', 'downloadsAllTime']], { count: 'gained', firstDays: 7 }),
    goal('engagements', 500, [
      ['x', 'engagements'],
      ['reddit', 'engagements'],
    ]),
    goal('stars', 50, [['github', 'stars']]),
  ],
};

function goal(
  id: string,
  moreThan: number,
  measures: readonly (readonly [Goal['measures'][number]['source'], string])[],
  changes: Partial<Goal> = {},
): Goal {
  return {
    id,
    name: id,
    moreThan,
    unit: id,
    measures: measures.map(([source, metric]) => ({ source, metric, subjects: null })),
    count: 'total',
    firstDays: null,
    tell: [],
    ...changes,
  };
}

export interface LaunchStage {
  readonly clock: SimulatedClock;
  readonly sources: PretendSources;
  readonly store: Store;
  /** What a run is to log as its own fault. */
  readonly faults: object[];
  /** Moves the clock on by so many days, with a run of the collectors every eight hours. */
  live(days: number): Promise<void>;
  collect(): Promise<Sample[]>;
  close(): Promise<void>;
}

/** The pretend sources a day before a launch, a store, and a clock. */
export async function startLaunch(): Promise<LaunchStage> {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-reach-'));
  const store = await openStore({ kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
  const clock = new SimulatedClock(LAUNCH - DAY);
  const { downloads, stars, likes, replies, score, comments } = TRUTH;
  const sources = await startPretendSources({
    now: clock.now,
    subjects: {
      // Some were there before the launch.
      huggingface: {
        [MODEL]: { downloads30Days: downloads, downloadsAllTime: at => 25 + downloads(at), likes: stars },
      },
      github: {
        [REPOSITORY]: {
          stars,
          forks: nothing,
          watchers: nothing,
          openIssues: nothing,
          releaseDownloads: nothing,
          views14Days: likes,
          visitors14Days: replies,
          clones14Days: nothing,
          cloners14Days: nothing,
        },
      },
      x: {
        [POST]: { likes, replies, reposts: nothing, quotes: nothing, bookmarks: nothing, impressions: likes },
        '@narrator': { followers: stars },
      },
      reddit: { [THREAD]: { score, comments } },
    },
  });
  const gitHubAnswers: AnswerCache = new LRUCache({ max: 50 });
  const faults: object[] = [];
  const collect = () =>
    collectReach({
      access: sources.access,
      subjects: PLAN.subjects,
      store: store.samples,
      now: clock.now,
      signal: new AbortController().signal,
      log: { error: fields => faults.push(fields) },
      gitHubAnswers,
      retryMs: 1,
    });
  return {
    clock,
    sources,
    store,
    faults,
    collect,
    async live(days) {
      for (let run = 0; run < days * 3; run++) {
        await collect();
        clock.advance(8 * SLOT_MS);
      }
    },
    async close() {
      await sources.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
