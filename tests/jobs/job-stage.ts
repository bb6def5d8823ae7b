import { setTimeout as wait } from 'node:timers/promises';
import type { Job, JobContext } from '../../src/jobs/job.ts';

/** A job with what a test wants of it. */
export function jobOf(run: Job['run'], change: Partial<Job> = {}): Job {
  return {
    ...{ name: 'test', summary: 'a test', cron: '* * * * *', timeoutMs: 10_000, lateMs: 60_000 },
    ...{ isRepeatable: true, run },
    ...change,
  };
}

/** Slots in even steps, the first one at `from`, `count` of them. */
export function slotsOf(from: number, everyMs: number, count: number) {
  return {
    nextAfter(time: number): number | null {
      const index = Math.max(0, Math.floor((time - from) / everyMs) + 1);
      return index < count ? from + index * everyMs : null;
    },
  };
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function createLog() {
  const lines: LogLine[] = [];
  const note = (level: LogLine['level']) => (fields: object, message: string) =>
    lines.push({ level, message, fields: fields as LogLine['fields'] });
  return { lines, info: note('info'), warn: note('warn'), error: note('error') };
}

/** The context of a job that looks at its slot only. */
export function bareContext(slot: number): JobContext {
  return { slot } as JobContext;
}

/** Until aborted; then rejects as the platform's own functions do. */
export async function waitForAbort(signal: AbortSignal): Promise<void> {
  await wait(60_000, undefined, { signal });
}
