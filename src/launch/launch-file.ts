import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CHANNEL_FORM, CHANNEL_SHOULD_BE } from '../channel-form.ts';
import { NarratorError } from '../errors.ts';
import { parseChannel } from '../jobs/channels.ts';
import type { AnnouncementChannel } from '../store/announcement-store.ts';

/** How threads are approved and posted. */
export interface LaunchPlan {
  readonly posting: {
    /** Where it is off, nothing is ever sent to X: posting is a dry run. */
    readonly enabled: boolean;
    /** The most posts in 24 hours and in 30 days; each part of a thread is one. */
    readonly postsPerDay: number;
    readonly postsPerMonth: number;
  };
  readonly approval: {
    /** Where drafts are shown and decided over. */
    readonly channels: readonly AnnouncementChannel[];
    /** The ids of the people who may, by platform. Nobody else. */
    readonly approvers: Readonly<Record<AnnouncementChannel['platform'], readonly string[]>>;
    /** Whether a text may not be approved by whoever wrote it. */
    readonly fourEyes: boolean;
    /** A run that is older than so many days is stale: its numbers are not posted any more. */
    readonly staleDays: number;
    /** Of a contender's images those without an answer, in per cent: with more of them a run is not told of. */
    readonly maxFailedPercent: number;
  };
  /** Where a posted thread is told of. */
  readonly announce: readonly AnnouncementChannel[];
}

const MOST_CHANNELS = 20;
const MOST_APPROVERS = 100;

const channels = z
  .array(z.string().regex(CHANNEL_FORM, CHANNEL_SHOULD_BE).transform(parseChannel))
  .max(MOST_CHANNELS)
  .default([]);
const approvers = (form: RegExp, shouldBe: string) =>
  z.array(z.string().regex(form, shouldBe)).max(MOST_APPROVERS).default([]);
const count = (max: number) => z.int('should be a whole number').min(1).max(max);

const launchFile = z.strictObject({
  posting: z
    .strictObject({
      enabled: z.boolean('should be true or false').default(false),
      postsPerDay: count(10_000).default(25),
      postsPerMonth: count(100_000).default(250),
    })
    .prefault({}),
  approval: z
    .strictObject({
      channels,
      approvers: z
        .strictObject({
          discord: approvers(/^\d{5,20}$/, 'should be the id of a person on Discord, digits only'),
          slack: approvers(/^[UW][A-Z0-9]{5,20}$/, 'should be the id of a person on Slack, as U012AB3CD is'),
        })
        .prefault({}),
      fourEyes: z.boolean('should be true or false').default(false),
      staleDays: count(365).default(14),
      maxFailedPercent: z.number('should be a number from 0 to 100').min(0).max(100).default(2),
    })
    .prefault({}),
  announce: channels,
});

/** The launch file cannot be used: its message is a list of everything that is wrong with it. */
class LaunchFileError extends NarratorError {
  constructor(path: string, faults: readonly string[], cause: unknown) {
    const list = faults.map(fault => `  - ${fault}`).join('\n');
    super('bad-launch-file', `The launch file ${path} cannot be used:\n${list}`, { cause });
  }
}

/**
 * Reads how threads are approved and posted.
 *
 * @throws LaunchFileError with all faults at once, each naming its place
 */
export async function readLaunchFile(path: string): Promise<LaunchPlan> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const fault =
      error instanceof SyntaxError
        ? `It is no JSON: ${error.message}.`
        : 'It cannot be read: check NARRATOR_LAUNCH.';
    throw new LaunchFileError(path, [fault], error);
  }
  const { data, error } = launchFile.safeParse(content);
  if (data) return data;
  const faults = error.issues.map(
    ({ path: place, message }) => `${place.map(String).join('.') || 'The file'}: ${message}.`,
  );
  throw new LaunchFileError(path, faults, error);
}
