import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ALL_JOBS } from '../src/jobs/all-jobs.ts';
import { startPretendSources } from '../src/sandbox/reach/start-pretend-sources.ts';
import type { JobRun } from '../src/store/job-store.ts';
import { openStore } from '../src/store/open-store.ts';
import {
  idOf,
  type Platforms,
  type ServiceProcess,
  startPlatforms,
  startService,
  textOf,
} from './bot-service.ts';

export const WHOLE_JOBS = ['collect-reach', 'announce-milestones', 'prune'] as const;
const MINUTES = 4;
export const WHOLE_SLOTS = MINUTES * 60;
const PROCESSES = 2;
const KILL_EVERY_MS = 8000;
/** From the first slot to the last that is settled: a run that is lost holds up its job for a lease, a minute. */
const LIMIT_MS = 12 * 60_000;
/** So long a request to the source takes, so that kills meet runs. */
const SOURCE_MS = 200;
const GOALS = 10;
const MODEL = 'pretend/model';
const MOST_RUNS = 10_000;
const MOST_FAILED_STARTS = 5;
/** A process is gone a little before its parent hears of it. */
const EXIT_NOTICE_MS = 100;

/** A request of a process to the source: what a run of `collect-reach` leaves outside the database. */
interface Visit {
  readonly process: number;
  readonly begunAt: number;
  endedAt: number | null;
}

export interface WholePlayResult {
  readonly runs: readonly JobRun[];
  readonly visits: readonly Visit[];
  /** Numbers of processes that were killed, with the moment at which each was known to be gone, and their pids. */
  readonly killed: ReadonlyMap<number, { readonly at: number; readonly pid: number }>;
  /** How often each milestone stands on each platform. */
  readonly announced: readonly number[];
  readonly firstSlot: number;
  readonly tookMs: number;
}

/** Runs whole services on one PostgreSQL with slots a second apart, and kills them at random. */
export async function playWholeServices(databaseUrl: string): Promise<WholePlayResult> {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-whole-'));
  const platforms = await startPlatforms({ channels: 1 });
  const source = await startSlowSource();
  const store = await openStore({ kind: 'postgres', url: databaseUrl });
  const services = new Set<ServiceProcess>();
  const killed = new Map<number, { at: number; pid: number }>();
  const numbers = new Map<ServiceProcess, number>();
  const starting = new Set<Promise<void>>();
  let isOver = false;
  let count = 0;
  let failedStarts = 0;

  const { timeZone, pattern, firstSlot } = nextMinutes();
  const channels = channelsOf(platforms);
  await writeFile(join(folder, 'jobs.json'), JSON.stringify(jobsFile(timeZone, pattern)));
  await writeFile(join(folder, 'goals.json'), JSON.stringify(goalsFile(channels.map(({ form }) => form))));
  const start = () => {
    const number = ++count;
    const env = {
      ...platforms.env,
      DATABASE_URL: databaseUrl,
      NARRATOR_JOBS: join(folder, 'jobs.json'),
      NARRATOR_GOALS: join(folder, 'goals.json'),
      // Nothing is described: an engine that loads nothing. Nothing listens there.
      NARRATOR_ENGINES: 'openai:none',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      REACH_HUGGINGFACE_URL: `${source.url}/${number}`,
    };
    const task = (async () => {
      const service = await startService(env);
      numbers.set(service, number);
      services.add(service);
      if (isOver) await service.end('SIGKILL');
    })().catch((error: unknown) => {
      console.error('a service did not start:', error);
      if (!isOver && ++failedStarts <= MOST_FAILED_STARTS) start();
    });
    starting.add(task);
    void task.then(() => starting.delete(task));
  };
  try {
    for (let each = 0; each < PROCESSES; each++) start();
    await Promise.all(starting);
    if (services.size === 0) throw new Error('no service started');
    await wait(Math.max(0, firstSlot - Date.now()));
    for (;;) {
      await wait(KILL_EVERY_MS * (0.5 + Math.random()));
      const runs = await store.jobs.history({ limit: MOST_RUNS, now: Date.now() });
      if (isSettled(runs) || Date.now() - firstSlot > LIMIT_MS || failedStarts > MOST_FAILED_STARTS) break;
      const victim = [...services][Math.floor(Math.random() * services.size)];
      // One stays, so that slots are run while the other starts.
      if (!victim || services.size < PROCESSES) continue;
      services.delete(victim);
      await victim.end('SIGKILL');
      killed.set(numbers.get(victim)!, { at: Date.now(), pid: victim.pid });
      start();
    }
    isOver = true;
    await Promise.allSettled(starting);
    await Promise.all([...services].map(service => service.end('SIGTERM')));
    return {
      runs: await store.jobs.history({ limit: MOST_RUNS, now: Date.now() }),
      ...{ visits: source.visits, killed, firstSlot, tookMs: Date.now() - firstSlot },
      announced: channels.flatMap(({ platform }) => countMilestones(platform)),
    };
  } finally {
    isOver = true;
    await Promise.allSettled(starting);
    await Promise.all([...services].map(service => service.end('SIGKILL')));
    await store.close();
    await source.close();
    await platforms.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Four whole minutes soon, as a cron pattern with a slot each second: before them nothing is due, so that nothing is made up
 * for. They have to lie in one hour: where ours ends, another zone's does not.
 */
function nextMinutes() {
  const firstSlot = Math.ceil((Date.now() + 20_000) / 60_000) * 60_000;
  const offset = new Date(firstSlot).getUTCMinutes() + MINUTES <= 60 ? 0 : 30;
  const local = new Date(firstSlot + (offset === 0 ? 0 : 5.5 * 3_600_000));
  const minute = local.getUTCMinutes();
  return {
    timeZone: offset === 0 ? 'UTC' : 'Asia/Kolkata',
    pattern: `* ${minute}-${minute + MINUTES - 1} ${local.getUTCHours()} * * *`,
    firstSlot,
  };
}

function jobsFile(timeZone: string, pattern: string): object {
  const isPlayed = (name: string) => (WHOLE_JOBS as readonly string[]).includes(name);
  return {
    timeZone,
    tell: [],
    schedule: Object.fromEntries(ALL_JOBS.map(({ name }) => [name, isPlayed(name) ? pattern : null])),
  };
}

/** Each goal is met by the first figure, and told to each channel. */
function goalsFile(tell: readonly string[]): object {
  return {
    ...{ model: 'a pretend model', launch: null },
    subjects: { huggingface: [MODEL], github: [], x: [], reddit: [] },
    goals: Array.from({ length: GOALS }, (_, index) => ({
      ...{ id: `goal-${index}`, name: milestoneName(index), moreThan: 1 + index, unit: 'likes', tell },
      measures: [{ source: 'huggingface', metric: 'likes' }],
    })),
  };
}

const milestoneName = (index: number) => `Goal number ${index} of ${GOALS}`;

function channelsOf({ discord, slack }: Platforms) {
  return [discord, slack].map(platform => {
    const { channels } = platform.snapshot(idOf(platform.people, 'owner'));
    return { platform, form: `${platform.name}:${idOf(channels, 'room-0')}` };
  });
}

function countMilestones(platform: Platforms['discord'] | Platforms['slack']): number[] {
  const { messages } = platform.snapshot(idOf(platform.people, 'owner'));
  const texts = messages.map(textOf);
  return Array.from(
    { length: GOALS },
    (_, index) => texts.filter(text => text.includes(`Goal met: ${milestoneName(index)}`)).length,
  );
}

/** The pretend Hugging Face behind a server that is slow, and notes which process asked: the first part of the path. */
async function startSlowSource() {
  const likes = () => 100;
  const subjects = {
    huggingface: { [MODEL]: { likes, downloads30Days: likes, downloadsAllTime: likes } },
    ...{ github: {}, x: {}, reddit: {} },
  };
  const sources = await startPretendSources({ now: Date.now, subjects });
  const visits: Visit[] = [];
  const server = createServer(async (request, response) => {
    const [, number = '', rest = ''] = /^\/(\d+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const visit: Visit = { process: Number(number), begunAt: Date.now(), endedAt: null };
    visits.push(visit);
    await wait(SOURCE_MS);
    const answer = await fetch(`${sources.access.huggingface.baseUrl}${rest}`);
    const body = await answer.text();
    if (!response.destroyed) visit.endedAt = Date.now();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await sources.close();
    },
  };
}

function isSettled(runs: readonly JobRun[]): boolean {
  const over = runs.filter(({ outcome, attempt }) =>
    outcome === 'lost' || outcome === 'stopped' ? attempt === 3 : outcome !== 'running',
  );
  return over.length >= WHOLE_SLOTS * WHOLE_JOBS.length;
}

/**
 * What contradicts "each slot runs exactly once": every slot of the four minutes has attempts 1, 2, …, of which the last is
 * done and those before were lost with their processes; the source saw no more requests than attempts and no fewer than runs
 * that are done, and never two of live processes at a time; nothing was announced twice.
 */
export function findWholeFaults({ runs, visits, killed, announced, firstSlot }: WholePlayResult): string[] {
  const faults: string[] = [];
  const pids = new Set([...killed.values()].map(({ pid }) => String(pid)));
  for (const job of WHOLE_JOBS) {
    const bySlot = Map.groupBy(
      runs.filter(run => run.job === job).toSorted((one, other) => one.attempt - other.attempt),
      ({ slot }) => slot,
    );
    let without = 0;
    for (let slot = firstSlot; slot < firstSlot + WHOLE_SLOTS * 1000; slot += 1000) {
      const attempts = bySlot.get(slot) ?? [];
      if (attempts.length === 0) {
        without++;
        continue;
      }
      const said = `${job} ${new Date(slot).toISOString()}: ${attempts.map(({ outcome }) => outcome).join(', ')}`;
      const isOrdered = attempts.every(({ attempt }, index) => attempt === index + 1);
      const isRunOnce = attempts.filter(({ outcome }) => outcome === 'done').length === 1;
      if (!isOrdered || !isRunOnce || attempts.at(-1)?.outcome !== 'done') faults.push(said);
      for (const { outcome, process } of attempts) {
        if (outcome === 'lost' && !pids.has(process.split(':')[1]!))
          faults.push(`${said}, its process lives`);
      }
      bySlot.delete(slot);
    }
    if (without > 0) faults.push(`${job}: ${without} of ${WHOLE_SLOTS} slots were not run`);
    for (const slot of bySlot.keys()) faults.push(`${job}: a slot that there is not, ${slot}`);
  }
  const collected = runs.filter(({ job }) => job === 'collect-reach');
  const done = collected.filter(({ outcome }) => outcome === 'done').length;
  const ended = visits.filter(({ endedAt }) => endedAt !== null).length;
  if (visits.length > collected.length || ended < done) {
    faults.push(
      `${collected.length} runs, ${done} of them done, made ${visits.length} requests, ${ended} answered`,
    );
  }
  faults.push(...findOverlaps(visits, killed));
  const twice = announced.filter(each => each > 1).length;
  if (twice > 0) faults.push(`${twice} milestones were announced more than once`);
  return faults;
}

function findOverlaps(visits: readonly Visit[], killed: WholePlayResult['killed']): string[] {
  return visits.flatMap((visit, index) => {
    const open = visits.slice(0, index).filter(other => {
      const goneAt = killed.get(other.process)?.at ?? Number.POSITIVE_INFINITY;
      return Math.min(other.endedAt ?? Number.POSITIVE_INFINITY, goneAt - EXIT_NOTICE_MS) > visit.begunAt;
    });
    return open.length === 0 ? [] : [`process ${visit.process} asked while ${open[0]!.process} did`];
  });
}
