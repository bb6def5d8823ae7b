import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { StoreConfig } from '../src/config/config.ts';
import { readJobStates } from '../src/jobs/job-states.ts';
import { pruneJob } from '../src/jobs/prune.ts';
import { createSchedule } from '../src/jobs/schedule.ts';
import type { Goal, ReachPlan } from '../src/reach/goals-file.ts';
import { metricsOfKind } from '../src/reach/metrics.ts';
import { SOURCES, type SourceName } from '../src/reach/reading.ts';
import { reportGoals } from '../src/reach/report-goals.ts';
import { kindOf } from '../src/reach/subjects.ts';
import { MEDIAN, MEDIAN_NAME } from '../src/store/sqlite/median.ts';
import type { Sample, SampleKey, Store } from '../src/store/store.ts';
import { type AskedQuery, recordQueries } from './record-queries.ts';

const SAMPLES = 1_000_000;
const AT_A_TIME = 5000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const JOB_RUN_DAYS = 90;

const names = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => name(index));

/** A launch of a year ago, hourly, with more than a team tracks. */
const SUBJECTS: ReachPlan['subjects'] = {
  huggingface: names(10, index => `org/model-${index}`),
  github: names(4, index => `org/repository-${index}`),
  x: [...names(5, index => `123456789012345678${index}`), ...names(3, index => `@account${index}`)],
  reddit: names(4, index => `https://www.reddit.com/r/test/comments/1abcd${index}/launch/`),
};
const KEYS: readonly SampleKey[] = SOURCES.flatMap(source =>
  SUBJECTS[source].flatMap(subject =>
    metricsOfKind(source, kindOf(source, subject)!).map(metric => ({ source, subject, metric })),
  ),
);
const HOURS = Math.ceil(SAMPLES / KEYS.length);

/** What is asked, in the order of the page; how many of it one look at the page asks is told beside it. */
export interface TimedQuery {
  readonly name: string;
  run(): Promise<unknown>;
}

/** Fills a store with a year of samples by the hour, with gaps, and with runs of jobs. @returns rows written */
export async function fillSamples(store: Store, now: number): Promise<number> {
  const generator = xoroshiro128plus(3);
  const draw = (below: number) => uniformInt(generator, 0, below - 1);
  const totals = KEYS.map(() => draw(50));
  const last = now - (now % HOUR_MS);
  let batch: Sample[] = [];
  let written = 0;
  const flush = async () => {
    await store.samples.add(batch);
    written += batch.length;
    batch = [];
  };
  for (let hour = HOURS - 1; hour >= 0; hour--) {
    const slot = last - hour * HOUR_MS;
    for (const [index, key] of KEYS.entries()) {
      // Counters that grow, and fall back now and then; one in a hundred was not to be had.
      totals[index] = Math.max(0, totals[index]! + (draw(500) === 0 ? -1 : draw(3)));
      const isGap = draw(100) === 0;
      batch.push({
        ...key,
        ...{ value: isGap ? null : totals[index]!, outcome: isGap ? 'missing' : 'value' },
        ...{
          reason: isGap ? 'The source did not answer.' : null,
          takenAt: slot + 5 * 60_000,
          slot,
          rawId: '7',
        },
      } as Sample);
      if (batch.length === AT_A_TIME) await flush();
    }
  }
  await flush();
  await fillJobRuns(store, now);
  return written;
}

async function fillJobRuns(store: Store, now: number): Promise<void> {
  for (const [job, everyMs] of [
    ['prune', HOUR_MS],
    ['collect-reach', HOUR_MS],
    ['announce-milestones', HOUR_MS],
    ['check-models', DAY_MS],
    ['weekly-digest', 7 * DAY_MS],
  ] as const) {
    for (let slot = now - JOB_RUN_DAYS * DAY_MS; slot < now; slot += everyMs) {
      const id = `${job}-${slot}`;
      await store.jobs.claim({
        id,
        job,
        slot,
        process: 'bench',
        isRepeatable: true,
        leaseMs: 60_000,
        now: slot,
      });
      await store.jobs.end(id, 'done', null, slot + 1000);
    }
  }
}

/** Every query that the dashboard, the digest, the goals and the API make of what was filled in. */
export function timedQueries(store: Store, now: number): TimedQuery[] {
  const { samples, descriptions, jobs } = store;
  const goal = (id: string, measures: [SourceName, string][], more: Partial<Goal> = {}): Goal => ({
    ...{ id, name: id, unit: id, moreThan: 1e9, count: 'total', firstDays: null, tell: [], ...more },
    measures: measures.map(([source, metric]) => ({ source, metric, subjects: null })),
  });
  const plan: ReachPlan = {
    ...{ model: 'a model', launchAt: now - 350 * DAY_MS, subjects: SUBJECTS },
    goals: [
      goal('downloads', [['huggingface', 'downloadsAllTime']], { count: 'gained' }),
      goal('engagements', [
        ['x', 'engagements'],
        ['reddit', 'engagements'],
      ]),
      goal('stars', [['github', 'stars']]),
      goal('first-week', [['huggingface', 'downloadsAllTime']], { count: 'gained', firstDays: 7 }),
    ],
  };
  const key = { source: 'github', subject: SUBJECTS.github[0]!, metric: 'stars' };
  const series = { ...key, until: now + 1, limit: 1000 };
  const month = { from: now - 30 * DAY_MS, until: now };
  const scheduled = [{ job: pruneJob, schedule: createSchedule('17 * * * *', 'UTC'), when: '' }];
  return [
    { name: 'dashboard: density by day, 30 days', run: () => descriptions.days(month) },
    { name: 'dashboard: figures by model, 30 days', run: () => descriptions.byModel(month, 20) },
    {
      name: 'goals: a figure by day, a year',
      run: () => samples.series({ ...series, from: now - 366 * DAY_MS, every: 'day' }),
    },
    { name: 'goals: the figure at a moment', run: () => samples.at(key, now - 100 * DAY_MS) },
    { name: 'goals: the first figure after a moment', run: () => samples.after(key, now - 100 * DAY_MS) },
    { name: 'dashboard: the state of a job', run: () => readJobStates(scheduled, jobs, now) },
    {
      name: 'digest: totals of a week',
      run: () => descriptions.totals({ from: now - 7 * DAY_MS, until: now }),
    },
    { name: 'digest: the last 1,000 runs of jobs', run: () => jobs.history({ limit: 1000, now }) },
    {
      name: 'API: a figure by hour, 30 days',
      run: () => samples.series({ ...series, from: month.from, every: 'slot' }),
    },
    // All that four goals ask together: 33 figures over a year.
    { name: 'all queries of four goals together', run: () => reportGoals(plan, samples, now) },
  ];
}

/** The plans of what one query asks of the database, each once, as its own EXPLAIN words them. */
export async function explainQuery(config: StoreConfig, { run }: TimedQuery): Promise<string[]> {
  const recorder = recordQueries();
  try {
    await run();
  } finally {
    recorder.stop();
  }
  const asked = [...new Map(recorder.asked.map(query => [query.sql, query])).values()].filter(
    ({ sql }) => /^\s*(?:select|with)/i.test(sql) && !/^\s*select 1/i.test(sql),
  );
  if (config.kind === 'sqlite') return explainSqlite(config.file, asked);
  return await explainPostgres(config.url, asked);
}

function explainSqlite(file: string, asked: readonly AskedQuery[]): string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    database.aggregate(MEDIAN_NAME, MEDIAN);
    return asked.map(({ sql }) => {
      const rows = database.prepare(`explain query plan ${sql}`).all() as unknown as {
        id: number;
        parent: number;
        detail: string;
      }[];
      const depths = new Map<number, number>([[0, -1]]);
      return rows
        .map(({ id, parent, detail }) => {
          const depth = (depths.get(parent) ?? -1) + 1;
          depths.set(id, depth);
          return `${'  '.repeat(depth)}${detail}`;
        })
        .join('\n');
    });
  } finally {
    database.close();
  }
}

async function explainPostgres(url: string, asked: readonly AskedQuery[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const plans: string[] = [];
    for (const { sql, parameters } of asked) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${sql}`, [
        ...parameters,
      ]);
      plans.push(rows.map(row => row['QUERY PLAN']).join('\n'));
    }
    return plans;
  } finally {
    await client.end();
  }
}

/** As autovacuum leaves the tables behind: visible to scans of an index alone, and with statistics. */
export async function vacuum(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}
