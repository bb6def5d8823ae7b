import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Config, ReachConfig } from '../src/config/config.ts';
import { ALL_JOBS } from '../src/jobs/all-jobs.ts';
import { readJobsFile } from '../src/jobs/read-jobs-file.ts';
import { createAnswerCache } from '../src/reach/answer-cache.ts';
import { collectReach, SLOT_MS } from '../src/reach/collect-reach.ts';
import { readGoalsFile } from '../src/reach/goals-file.ts';
import { type Curve, createLaunchCurve } from '../src/sandbox/reach/launch-curve.ts';
import { SimulatedClock } from '../src/sandbox/reach/simulated-clock.ts';
import { startPretendSources } from '../src/sandbox/reach/start-pretend-sources.ts';
import { openStore } from '../src/store/open-store.ts';
import type { Store } from '../src/store/store.ts';

const DAY_MS = 86_400_000;
/** Days since the pretend launch. */
const AGE_DAYS = 13;
const MODEL = 'pretend/model';
const REPOSITORY = 'pretend/narrator';
const POST = '1234567890123456789';
const THREAD = 'https://www.reddit.com/r/pretend/comments/1abcde/launch/';

/** What was before the pictures are taken. Everything in it is called pretend, or comes from pretend sources. */
export interface PretendLaunch {
  readonly reach: ReachConfig;
  close(): Promise<void>;
}

/**
 * Fills a store with two weeks: the real collectors ask the pretend sources, of which GitHub is down for two days; figures of
 * descriptions by a model that is called a pretend one; and runs of jobs.
 */
export async function playLaunch(config: Config): Promise<PretendLaunch> {
  const now = Date.now();
  const launchAt = now - (now % DAY_MS) - AGE_DAYS * DAY_MS + 9 * 3_600_000;
  const folder = await mkdtemp(path.join(tmpdir(), 'narrator-pictures-'));
  const goalsFile = path.join(folder, 'goals.json');
  await writeFile(goalsFile, JSON.stringify(goalsOf(launchAt)));
  const clock = new SimulatedClock(launchAt - DAY_MS);
  const sources = await startPretendSources({ now: clock.now, subjects: subjectsOf(launchAt) });
  const downFrom = launchAt + 5 * DAY_MS;
  sources.faults.add({ source: 'github', kind: 'down', from: downFrom, until: downFrom + 2 * DAY_MS });
  const store = await openStore(config.store);
  try {
    const { subjects } = await readGoalsFile(goalsFile);
    const gitHubAnswers = createAnswerCache();
    while (clock.now() < now) {
      await collectReach({
        ...{ access: sources.access, subjects, store: store.samples, now: clock.now, gitHubAnswers },
        ...{ signal: new AbortController().signal, log: { error: () => {} }, retryMs: 1 },
      });
      clock.advance(Math.min(8 * SLOT_MS, Math.max(1, now - clock.now())));
    }
    await describePretendImages(store, now);
    await runPretendJobs(store, config, now);
  } finally {
    await store.close();
  }
  return {
    reach: { goalsFile, access: sources.access },
    async close() {
      await sources.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function goalsOf(launchAt: number): object {
  const goal = (id: string, name: string, moreThan: number, measures: object[], more: object = {}) => ({
    ...{ id, name: `${name} (pretend)`, moreThan, unit: id, measures },
    ...more,
  });
  return {
    model: 'a pretend model',
    launch: new Date(launchAt).toISOString(),
    subjects: { huggingface: [MODEL], github: [REPOSITORY], x: [POST], reddit: [THREAD] },
    goals: [
      goal(
        'downloads',
        'Hugging Face downloads in the first week',
        100,
        [{ source: 'huggingface', metric: 'downloadsAllTime' }],
        { count: 'gained', window: 'first 7 days after launch' },
      ),
      goal('engagements', 'Engagements with the launch posts', 500, [
        { source: 'x', metric: 'engagements' },
        { source: 'reddit', metric: 'engagements' },
      ]),
      goal('stars', 'GitHub stars', 50, [{ source: 'github', metric: 'stars' }]),
    ],
  };
}

function subjectsOf(launchAt: number) {
  const curve = (seed: number, perDay: (day: number) => number): Curve =>
    createLaunchCurve({ seed, launchAt, days: 60, perDay });
  const nothing: Curve = () => 0;
  const stars = curve(2026, () => 3.2);
  const downloads = curve(11, day => 34 * Math.exp(-day / 7));
  return {
    huggingface: { [MODEL]: { downloads30Days: downloads, downloadsAllTime: downloads, likes: stars } },
    github: {
      [REPOSITORY]: {
        ...{ stars, forks: nothing, watchers: nothing, openIssues: nothing, releaseDownloads: nothing },
        ...{ views14Days: nothing, visitors14Days: nothing, clones14Days: nothing, cloners14Days: nothing },
      },
    },
    x: {
      [POST]: {
        ...{ likes: curve(13, () => 12), replies: curve(14, () => 3), reposts: nothing },
        ...{ quotes: nothing, bookmarks: nothing, impressions: nothing },
      },
    },
    reddit: { [THREAD]: { score: curve(15, () => 9), comments: curve(16, () => 2) } },
  };
}

async function describePretendImages(store: Store, now: number): Promise<void> {
  const generator = xoroshiro128plus(7);
  const draw = (from: number, to: number) => uniformInt(generator, from, to);
  const days = Array.from({ length: 26 }, (_, index) => 26 - index).filter(day => day !== 11 && day !== 12);
  await store.descriptions.put(
    days.flatMap(day =>
      Array.from({ length: draw(3, 9) }, (_, index) => {
        const words = draw(22, 40);
        const [supported, contradicted] = [draw(2, 4), draw(0, 4) === 0 ? 1 : 0];
        return {
          ...{
            id: `pretend-${day}-${index}`,
            replyId: `pretend-${day}`,
            platform: 'discord',
            style: 'brief',
          },
          ...{ serverId: null, channelId: 'pretend', requesterId: 'pretend', authorId: 'pretend' },
          ...{ engine: 'pretend', model: 'a pretend model', words, supported, contradicted, uncheckable: 1 },
          adjectives: supported + contradicted + 1,
          supportedPer100Words: (100 * supported) / words,
          ...{ interpretive: 0, engineMs: draw(300, 900), totalMs: draw(950, 1800), text: null },
          ...{ describedAt: now - day * DAY_MS, expiresAt: now + DAY_MS },
        } as const;
      }),
    ),
  );
}

/** Of each job its last run; `check-models` failed twice. */
async function runPretendJobs(store: Store, config: Config, now: number): Promise<void> {
  const { scheduled } = await readJobsFile(config.jobsFile, ALL_JOBS);
  for (const { job, schedule } of scheduled) {
    const due: number[] = [];
    for (let at = schedule?.nextAfter(now - 15 * DAY_MS); at && at < now; at = schedule?.nextAfter(at))
      due.push(at);
    for (const slot of due.slice(-2)) {
      const id = `${job.name}-${slot}`;
      const isFailed = job.name === 'check-models';
      const error = 'The engine a-pretend-engine did not describe a picture: it cannot be reached.';
      const claim = { id, job: job.name, slot, process: 'pretend', isRepeatable: true, leaseMs: 60_000 };
      await store.jobs.claim({ ...claim, now: slot });
      await store.jobs.end(
        id,
        isFailed ? 'failed' : 'done',
        isFailed ? error : null,
        slot + 400 + job.name.length * 90,
      );
    }
  }
}
