import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/env.ts';
import { checkModelsJob } from '../../src/jobs/check-models.ts';
import { pruneJob } from '../../src/jobs/prune.ts';
import type { JobPlan } from '../../src/jobs/read-jobs-file.ts';
import { createSchedule } from '../../src/jobs/schedule.ts';
import { createLogger } from '../../src/logging/create-logger.ts';
import { readSample } from '../../src/sandbox/playground/samples.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createService, type Service } from '../../src/service.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { describedRow } from '../store/rows.ts';

const DAY_MS = 86_400_000;

/** Shown, but not due while a test runs. */
const JOBS: JobPlan = {
  scheduled: [pruneJob, checkModelsJob].map(job => ({
    ...{ job, schedule: createSchedule('30 3 1 1 *', 'UTC'), when: '30 3 1 1 * (UTC)' },
  })),
  tell: [],
};

const goal = (id: string, metric: string) => ({
  ...{ id, name: `Goal of ${id} <b>`, moreThan: 50, unit: id },
  measures: [{ source: 'github', metric, subjects: ['team/narrator'] }],
});
const GOALS = {
  ...{ model: 'a-model', launch: null },
  subjects: { huggingface: [], github: ['team/narrator'], x: [], reddit: [] },
  goals: [goal('stars', 'stars'), goal('forks', 'forks')],
};

export interface OpenWeb {
  /** Without a slash at its end. */
  readonly url: string;
  readonly service: Service;
  /** The same database as the service's. */
  readonly store: Store;
  /** Of the log, as JSON. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/** The whole service on pretend platforms, with goals and some days of figures in its store. */
export async function openWeb(change: (config: Config) => Partial<Config> = () => ({})): Promise<OpenWeb> {
  const lines: string[] = [];
  const sandbox = await startSandbox();
  const folder = await mkdtemp(join(tmpdir(), 'narrator-web-'));
  const goalsFile = join(folder, 'goals.json');
  await writeFile(goalsFile, JSON.stringify(GOALS));
  const connected = sandbox.connect(readConfig({ NARRATOR_GOALS: goalsFile }));
  const config = { ...connected, ...change(connected) };
  const log = createLogger(config, { isTTY: false, write: (line: string) => lines.push(line) > 0 });
  const store = await openStore(config.store);
  await fill(store, Date.now());
  const service = createService(config, { log, env: process.env, jobs: JOBS });
  await service.start(new AbortController().signal);
  return {
    url: service.webUrl()!.replace(/\/$/, ''),
    service,
    store,
    lines,
    async close() {
      await service.stop(1000);
      await store.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function readPhoto(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array((await readSample('march-pastoral'))!);
}

/** Figures of 20 days with gaps, of two models; a star count with a moment of which nothing is known. */
async function fill(store: Store, now: number): Promise<void> {
  const days = Array.from({ length: 20 }, (_, index) => index).filter(index => index % 7 !== 3);
  await store.descriptions.put(
    days.map(index =>
      describedRow({
        id: `row-${index}`,
        describedAt: now - index * DAY_MS - 1000,
        expiresAt: now + 30 * DAY_MS,
        model: index % 2 ? 'centernet' : 'smolvlm-256m <script>',
        supportedPer100Words: 8 + (index % 5),
        words: 30 + index,
      }),
    ),
  );
  // Two a day, but for two days.
  const measured = Array.from({ length: 14 }, (_, index) => index).filter(
    index => index !== 5 && index !== 6,
  );
  await store.samples.add(
    measured.map(index => {
      const takenAt = now - index * DAY_MS - 60_000;
      return {
        ...{
          source: 'github',
          subject: 'team/narrator',
          metric: 'stars',
          value: 40 - 2 * index,
          rawId: null,
        },
        ...{ outcome: 'value', reason: null, takenAt, slot: takenAt - (takenAt % 3_600_000) },
      } as const;
    }),
  );
  const run = { job: 'check-models', process: 'another', isRepeatable: true, leaseMs: 60_000 };
  for (const hours of [1, 2]) {
    const at = now - hours * 3_600_000;
    await store.jobs.claim({ ...run, id: `run-${hours}`, slot: at, now: at });
    await store.jobs.end(`run-${hours}`, 'failed', 'A model <script> is damaged.', at + 1500);
  }
  const key = { source: 'github', subject: 'team/model', metric: 'stars' };
  const slot = (index: number) => Math.floor(now / DAY_MS) * DAY_MS - index * DAY_MS;
  await store.samples.add([
    { ...key, value: 12, outcome: 'value', reason: null, takenAt: slot(3), slot: slot(3), rawId: null },
    {
      ...key,
      value: null,
      outcome: 'missing',
      reason: 'no answer',
      takenAt: slot(2),
      slot: slot(2),
      rawId: null,
    },
    { ...key, value: 11, outcome: 'value', reason: null, takenAt: slot(1), slot: slot(1), rawId: null },
  ]);
}
