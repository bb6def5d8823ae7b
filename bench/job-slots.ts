/**
 * Runs 200 slots of two jobs in three processes on one database, while processes are killed at random, and says whether
 * each slot ran exactly once. `npm run bench:jobs`
 *
 * With `-- --whole` the processes are two whole services (`narrator serve`) on one PostgreSQL, with pretend platforms and a
 * pretend source, and 240 slots of three of their own jobs. It takes five to twelve minutes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { StoreConfig } from '../src/config/config.ts';
import { findSlotFaults, playSlots, SLOT_JOBS } from '../tests/jobs/play-slots.ts';
import { startPostgres, whyNoPostgres } from '../tests/store/start-postgres.ts';
import { findWholeFaults, playWholeServices, WHOLE_JOBS, WHOLE_SLOTS } from './whole-slots.ts';

const SLOTS = 200;
const TIMES = { everyMs: 50, leaseMs: 400, processes: 3, killEveryMs: 500, limitMs: 120_000 };

async function play(name: string, config: StoreConfig): Promise<void> {
  const result = await playSlots({ config, slots: SLOTS, ...TIMES });
  const faults = findSlotFaults(result, SLOTS);
  console.log(
    `\n${name}: ${SLOTS} slots of ${SLOT_JOBS.length} jobs, ${TIMES.everyMs} ms apart, ${TIMES.processes} processes, ` +
      `${result.killed.size} killed, ${(result.tookMs / 1000).toFixed(1)} s`,
  );
  for (const job of SLOT_JOBS) {
    const runs = result.runs.filter(run => run.job === job);
    const counts = Map.groupBy(runs, ({ outcome }) => outcome);
    const said = [...counts].map(([outcome, { length }]) => `${length} ${outcome}`).join(', ');
    const names = new Set(runs.map(run => run.process));
    console.log(`  ${job.padEnd(6)} ${runs.length} runs by ${names.size} processes: ${said}`);
  }
  say(faults);
}

async function playWhole(url: string): Promise<void> {
  const result = await playWholeServices(url);
  const faults = findWholeFaults(result);
  console.log(
    `\nWhole services on PostgreSQL: ${WHOLE_SLOTS} slots of ${WHOLE_JOBS.length} jobs, a second apart, two processes at a ` +
      `time, ${result.killed.size} killed, ${(result.tookMs / 1000).toFixed(0)} s, load ${loadavg()[0]!.toFixed(1)} at the end`,
  );
  for (const job of WHOLE_JOBS) {
    const runs = result.runs.filter(run => run.job === job);
    const counts = Map.groupBy(runs, ({ outcome }) => outcome);
    const said = [...counts].map(([outcome, { length }]) => `${length} ${outcome}`).join(', ');
    console.log(
      `  ${job.padEnd(20)} ${runs.length} runs by ${new Set(runs.map(run => run.process)).size} processes: ${said}`,
    );
  }
  const answered = result.visits.filter(({ endedAt }) => endedAt !== null).length;
  console.log(`  the source was asked ${result.visits.length} times, and answered ${answered} times`);
  const once = result.announced.filter(each => each === 1).length;
  console.log(`  of ${result.announced.length} announcements ${once} stand once`);
  say(faults);
}

function say(faults: readonly string[]): void {
  console.log(
    faults.length === 0 ? '  each slot ran exactly once' : `  FAULTS:\n    ${faults.join('\n    ')}`,
  );
  if (faults.length > 0) process.exitCode = 1;
}

const { values } = parseArgs({ options: { whole: { type: 'boolean', default: false } } });
const folder = await mkdtemp(join(tmpdir(), 'narrator-job-slots-'));
try {
  if (!values.whole) await play('SQLite', { kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
} finally {
  await rm(folder, { recursive: true, force: true });
}
const reason = whyNoPostgres();
if (reason !== null) console.log(`\nno PostgreSQL: ${reason}`);
else {
  const server = await startPostgres();
  try {
    if (values.whole) await playWhole(server.url('postgres'));
    else await play('PostgreSQL', { kind: 'postgres', url: server.url('postgres') });
  } finally {
    await server.remove();
  }
}
