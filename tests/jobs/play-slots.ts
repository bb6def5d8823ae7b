import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StoreConfig } from '../../src/config/config.ts';
import type { JobRun } from '../../src/store/job-store.ts';
import { openStore } from '../../src/store/open-store.ts';

/** What each process is told. */
export interface SlotPlay {
  readonly config: StoreConfig;
  /** Where the runs leave their traces. */
  readonly file: string;
  /** The first slot. */
  readonly from: number;
  readonly slots: number;
  readonly everyMs: number;
  readonly leaseMs: number;
}

export interface SlotPlayOptions extends Pick<SlotPlay, 'config' | 'slots' | 'everyMs' | 'leaseMs'> {
  readonly processes: number;
  /** A process that is at work, drawn by lot, is killed about as often, and another is started. */
  readonly killEveryMs: number;
  readonly limitMs: number;
}

interface Trace {
  readonly what: 'begin' | 'end';
  readonly job: string;
  readonly slot: number;
  readonly pid: number;
  readonly at: number;
}

export interface SlotPlayResult {
  readonly runs: readonly JobRun[];
  readonly traces: readonly Trace[];
  /** When each killed process was known to be gone. */
  readonly killed: ReadonlyMap<number, number>;
  readonly tookMs: number;
}

export const SLOT_JOBS = ['once', 'again'] as const;

const PROCESS = fileURLToPath(new URL('slot-process.ts', import.meta.url));
const MOST_RUNS = 10_000;

/** Lets several processes run the same slots, and kills one after the other, until all slots are settled. */
export async function playSlots(options: SlotPlayOptions): Promise<SlotPlayResult> {
  const { config, slots, everyMs, leaseMs, processes, killEveryMs, limitMs } = options;
  const folder = await mkdtemp(join(tmpdir(), 'narrator-slots-'));
  const store = await openStore(config);
  const file = join(folder, 'traces');
  const began = Date.now();
  // The processes take about a second to start.
  const play: SlotPlay = { config, file, from: began + 1500, slots, everyMs, leaseMs };
  const children = new Set<ChildProcess>();
  /** Those that have their timers set: killed any sooner, on a busy machine none would ever come so far. */
  const ready = new Set<ChildProcess>();
  const killed = new Map<number, number>();
  const start = () => {
    const child = spawn(process.execPath, [PROCESS, JSON.stringify(play)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.add(child);
    child.stdout.once('data', () => ready.add(child));
  };
  const readRuns = () => store.jobs.history({ limit: MOST_RUNS, now: Date.now() });
  try {
    for (let count = 0; count < processes; count++) start();
    await wait(Math.max(0, play.from - Date.now()));
    for (;;) {
      await wait(killEveryMs * (0.5 + Math.random()));
      const runs = await readRuns();
      if (isSettled(runs, slots) || Date.now() - began > limitMs) break;
      const victim = [...ready][Math.floor(Math.random() * ready.size)];
      if (!victim) continue;
      ready.delete(victim);
      children.delete(victim);
      const gone = once(victim, 'exit');
      victim.kill('SIGKILL');
      await gone;
      killed.set(victim.pid!, Date.now());
      start();
    }
    const ended = [...children].map(child => once(child, 'exit'));
    for (const child of children) child.stdin!.end();
    await Promise.all(ended);
    children.clear();
    const traces = (await readFile(file, 'utf8')).trimEnd().split('\n');
    return {
      runs: await readRuns(),
      traces: traces.map(line => JSON.parse(line) as Trace),
      killed,
      tookMs: Date.now() - began,
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function isSettled(runs: readonly JobRun[], slots: number): boolean {
  const over = runs.filter(({ job, outcome, attempt }) =>
    outcome === 'lost' ? job === 'once' || attempt === 3 : outcome !== 'running',
  );
  return over.length >= slots * SLOT_JOBS.length;
}

/**
 * What contradicts "each slot runs exactly once":
 *
 * - every slot has runs, and none that is open;
 * - the attempts of a slot are 1, 2, …, and only a lost one is followed by another, only where the job is repeatable;
 * - a run is lost only with its process;
 * - the traces agree: a slot was begun once for each attempt at most, and ended once for what is `done`;
 * - no run of a job was begun while another one was alive.
 */
export function findSlotFaults({ runs, traces, killed }: SlotPlayResult, slots: number): string[] {
  const faults: string[] = [];
  for (const job of SLOT_JOBS) {
    const bySlot = Map.groupBy(
      runs.filter(run => run.job === job).toSorted((one, other) => one.attempt - other.attempt),
      ({ slot }) => slot,
    );
    if (bySlot.size !== slots) faults.push(`${job}: ${bySlot.size} of ${slots} slots have runs`);
    for (const [slot, attempts] of bySlot) {
      const said = `${job} ${slot}: ${attempts.map(({ outcome }) => outcome).join(', ')}`;
      const earlier = attempts.slice(0, -1);
      const isWellOrdered =
        attempts.every(({ attempt }, index) => attempt === index + 1) &&
        earlier.every(({ outcome }) => outcome === 'lost') &&
        attempts.length <= (job === 'once' ? 1 : 3);
      const last = attempts.at(-1)!;
      const mayBeLost = job === 'once' || attempts.length === 3;
      if (!isWellOrdered || !(last.outcome === 'done' || (last.outcome === 'lost' && mayBeLost)))
        faults.push(said);
      for (const { outcome, process } of attempts) {
        if (outcome === 'lost' && !killed.has(Number(process))) faults.push(`${said}, its process lives`);
      }
      const count = (what: Trace['what']) =>
        traces.filter(trace => trace.job === job && trace.slot === slot && trace.what === what).length;
      if (count('begin') > attempts.length) faults.push(`${said}, begun ${count('begin')} times`);
      if (last.outcome === 'done' && count('end') < 1) faults.push(`${said}, never ended`);
    }
    faults.push(
      ...findOverlaps(
        traces.filter(trace => trace.job === job),
        killed,
      ),
    );
  }
  return faults;
}

function findOverlaps(traces: readonly Trace[], killed: ReadonlyMap<number, number>): string[] {
  const faults: string[] = [];
  let open: Trace | undefined;
  for (const trace of traces) {
    if (trace.what === 'end') {
      if (open?.pid === trace.pid && open.slot === trace.slot) open = undefined;
      continue;
    }
    const goneAt = open && killed.get(open.pid);
    if (open && (goneAt === undefined || goneAt > trace.at + EXIT_NOTICE_MS)) {
      faults.push(`${trace.job}: ${trace.slot} began while ${open.slot} was at work`);
    }
    open = trace;
  }
  return faults;
}

/** A process is gone a little before its parent hears of it. */
const EXIT_NOTICE_MS = 100;
