/**
 * Runs 200 slots of two jobs in three processes on one database, while processes are killed at random, and says whether
 * each slot ran exactly once. `npm run bench:jobs`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreConfig } from '../src/config/config.ts';
import { findSlotFaults, playSlots, SLOT_JOBS } from '../tests/jobs/play-slots.ts';
import { startPostgres, whyNoPostgres } from '../tests/store/start-postgres.ts';

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
  console.log(
    faults.length === 0 ? '  each slot ran exactly once' : `  FAULTS:\n    ${faults.join('\n    ')}`,
  );
  if (faults.length > 0) process.exitCode = 1;
}

const folder = await mkdtemp(join(tmpdir(), 'narrator-job-slots-'));
try {
  await play('SQLite', { kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
} finally {
  await rm(folder, { recursive: true, force: true });
}
const reason = whyNoPostgres();
if (reason !== null) console.log(`\nno PostgreSQL: ${reason}`);
else {
  const server = await startPostgres();
  try {
    await play('PostgreSQL', { kind: 'postgres', url: server.url('postgres') });
  } finally {
    await server.remove();
  }
}
