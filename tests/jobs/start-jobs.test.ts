import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/env.ts';
import type { AnnouncementMessage } from '../../src/jobs/announcement-message.ts';
import type { Job } from '../../src/jobs/job.ts';
import type { JobPlan } from '../../src/jobs/read-jobs-file.ts';
import { weeklyDigestJob } from '../../src/jobs/weekly-digest.ts';
import { readMessage } from '../../src/sandbox/demo/read-message.ts';
import type { PretendPlatform } from '../../src/sandbox/pretend-platform.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createService, type Service } from '../../src/service.ts';
import type { AnnouncementChannel } from '../../src/store/announcement-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { createLog, jobOf, slotsOf, waitForAbort } from './job-stage.ts';

const never = new AbortController().signal;
const HOUR = 3_600_000;

let folder: string;
let sandbox: Sandbox;
let config: Config;
let store: Store;
let service: Service | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-jobs-'));
  sandbox = await startSandbox();
  const goalsFile = join(folder, 'goals.json');
  const goal = { id: 'stars', name: 'Stars', moreThan: 50, unit: 'stars' };
  const measures = [{ source: 'github', metric: 'stars' }];
  const subjects = { huggingface: [], github: ['org/repo'], x: [], reddit: [] };
  const goals = { model: 'a-model', launch: null, subjects, goals: [{ ...goal, measures }] };
  await writeFile(goalsFile, JSON.stringify(goals));
  const connected = sandbox.connect(readConfig({}));
  config = { ...connected, reach: { ...connected.reach, goalsFile } };
  store = await openStore(config.store);
});
afterEach(async () => {
  await service?.stop(0);
  service = undefined;
  await store.close();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const channels = () =>
  sandbox.platforms.map((platform): AnnouncementChannel => {
    const { channels: all } = platform.snapshot(platform.people[0]!.id);
    return { platform: platform.name, channelId: all.find(({ name }) => name === 'photos')!.id };
  });

function said(platform: PretendPlatform) {
  const { bot, messages } = platform.snapshot(platform.people[0]!.id);
  return messages
    .map(message => readMessage(platform.name, message))
    .filter(({ authorId }) => authorId === bot.id);
}

/** A job that is due now. */
function planOf(job: Job): JobPlan {
  return { scheduled: [{ job, schedule: slotsOf(Date.now(), 1, 1), when: 'now' }], tell: channels() };
}

describe('jobs in the service', () => {
  it('announce on both platforms, with a chart that has alt text', async () => {
    for (let day = 0; day < 5; day++) {
      const takenAt = Date.now() - day * 24 * HOUR - HOUR;
      await store.samples.add([
        {
          ...{ source: 'github', subject: 'org/repo', metric: 'stars', value: 40 - day, rawId: null },
          ...{ outcome: 'value', reason: null, takenAt, slot: takenAt },
        } as const,
      ]);
    }
    service = createService(config, {
      log: { ...createLog(), debug: () => {} },
      env: process.env,
      jobs: planOf(weeklyDigestJob),
    });
    await service.start(never);
    for (const platform of sandbox.platforms) {
      await expect
        .poll(() => said(platform).map(({ text }) => text), { timeout: 10_000 })
        .toEqual([expect.stringMatching(/a-model[\s\S]*Stars: 40/)]);
      const altTexts = said(platform).flatMap(({ images }) => images.map(({ altText }) => altText));
      expect(altTexts).toEqual([expect.stringMatching(/Line chart: Goals of the launch/)]);
    }
  });

  it('send what another process left, once, and note what could not be sent', async () => {
    const message: AnnouncementMessage = { heading: 'From elsewhere', texts: ['A text.'], picture: null };
    const nowhere = { platform: 'slack', channelId: 'C0NOSUCHCHANNEL' } as const;
    await store.announcements.add('a', message, [...channels(), nowhere], Date.now());
    const log = createLog();
    service = createService(config, {
      log: { ...log, debug: () => {} },
      env: process.env,
      jobs: { scheduled: [], tell: [] },
    });
    await service.start(never);
    for (const platform of sandbox.platforms) {
      await expect
        .poll(() => said(platform).map(({ text }) => text), { timeout: 5000 })
        .toEqual([expect.stringMatching(/From elsewhere[\s\S]*A text\./)]);
    }
    await expect
      .poll(() => log.lines.filter(line => line.message === 'an announcement could not be sent'), {
        timeout: 5000,
      })
      .toHaveLength(1);
    expect(await store.announcements.take(['discord', 'slack'], Date.now() + 1)).toBeNull();
  });

  it('are broken off when it stops, before the store is closed', async () => {
    const begun = Promise.withResolvers<void>();
    const job = jobOf(async (_, signal) => {
      begun.resolve();
      await waitForAbort(signal);
    });
    const log = createLog();
    service = createService(config, {
      log: { ...log, debug: () => {} },
      env: process.env,
      jobs: planOf(job),
    });
    await service.start(never);
    await begun.promise;
    await service.stop(0);
    expect(await store.jobs.history({ limit: 9, now: Date.now() })).toMatchObject([
      { job: 'test', outcome: 'stopped' },
    ]);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('keep the service from starting where the file schedules what is no job, and nothing is connected', async () => {
    const jobsFile = join(folder, 'jobs.json');
    await writeFile(jobsFile, JSON.stringify({ schedule: { 'weekly-digets': '0 9 * * 1' } }));
    service = createService(
      { ...config, jobsFile },
      { log: { ...createLog(), debug: () => {} }, env: process.env },
    );
    await expect(service.start(never)).rejects.toMatchObject({
      code: 'job-unknown',
      message: expect.stringMatching(/weekly-digets.*prune, .*weekly-digest/),
    });
  });
});
