import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CHANNEL_FORM, CHANNEL_SHOULD_BE } from '../channel-form.ts';
import type { AnnouncementChannel } from '../store/announcement-store.ts';
import { parseChannel } from './channels.ts';
import type { Job } from './job.ts';
import { JobError } from './job-error.ts';
import { createSchedule, type Schedule } from './schedule.ts';

export interface JobPlan {
  readonly scheduled: readonly ScheduledJob[];
  /** Who is told of milestones, digests and failing jobs. */
  readonly tell: readonly AnnouncementChannel[];
}

export interface ScheduledJob {
  readonly job: Job;
  /** Null: switched off. */
  readonly schedule: Schedule | null;
  /** As people read it: `17 * * * * (Europe/Berlin)`. */
  readonly when: string;
}

const MOST_CHANNELS = 20;

const jobsFile = z.strictObject({
  timeZone: z.string().min(1).default('UTC'),
  tell: z.array(z.string().regex(CHANNEL_FORM, CHANNEL_SHOULD_BE)).max(MOST_CHANNELS).default([]),
  schedule: z.record(z.string(), z.string().max(100).nullable()).default({}),
});

/**
 * The built-in schedule with the changes that the jobs file makes.
 *
 * @param file null: the built-in schedule in UTC, and nobody is told
 * @throws JobError `jobs-file`; `job-unknown` with the names of the jobs that exist
 */
export async function readJobsFile(file: string | null, jobs: readonly Job[]): Promise<JobPlan> {
  const { timeZone, tell, schedule } = jobsFile.parse(file === null ? {} : await readJson(file));
  const names = jobs.map(({ name }) => name);
  const unknown = Object.keys(schedule).filter(name => !names.includes(name));
  if (unknown.length > 0) {
    throw new JobError(
      'job-unknown',
      `${file} schedules ${unknown.join(', ')}, which is no job. The jobs are ${names.join(', ')}.`,
    );
  }
  return {
    scheduled: jobs.map(job => {
      // What is absent is built in, null switches off.
      const pattern = schedule[job.name] === undefined ? job.cron : schedule[job.name]!;
      if (pattern === null) return { job, schedule: null, when: 'off' };
      return {
        job,
        schedule: scheduleOf(job.name, pattern, timeZone, file),
        when: `${pattern} (${timeZone})`,
      };
    }),
    tell: tell.map(parseChannel),
  };
}

async function readJson(file: string): Promise<z.input<typeof jobsFile>> {
  const fault = (what: string, cause: unknown) =>
    new JobError('jobs-file', `The jobs file ${file} ${what}`, { cause });
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw fault('cannot be read: check NARRATOR_JOBS.', cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault('is not JSON.', cause);
  }
  const result = jobsFile.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `\n  - ${path.join('.') || 'the file'}: ${message}`,
  );
  throw fault(`cannot be used:${issues.join('')}`, result.error);
}

function scheduleOf(job: string, pattern: string, timeZone: string, file: string | null): Schedule {
  try {
    createSchedule('* * * * *', timeZone);
  } catch (cause) {
    throw new JobError(
      'jobs-file',
      `The jobs file ${file} names the time zone ${timeZone}, which does not exist: Europe/Berlin is one.`,
      { cause },
    );
  }
  try {
    return createSchedule(pattern, timeZone);
  } catch (cause) {
    throw new JobError(
      'jobs-file',
      `The jobs file ${file} schedules ${job} at "${pattern}", which is no cron pattern: "30 2 * * *" is daily at 02:30.`,
      { cause },
    );
  }
}
