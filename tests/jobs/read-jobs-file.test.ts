import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_JOBS } from '../../src/jobs/all-jobs.ts';
import { readJobsFile } from '../../src/jobs/read-jobs-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-jobs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function read(content: object | string) {
  const file = join(folder, `${++files}.json`);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return await readJobsFile(file, ALL_JOBS);
}

describe('the jobs file', () => {
  it('that comes with the program schedules every job', async () => {
    const { scheduled, tell } = await readJobsFile(
      join(import.meta.dirname, '../../config/jobs.json'),
      ALL_JOBS,
    );
    expect(tell).toEqual([]);
    expect(scheduled.map(({ job }) => job.name)).toEqual([
      'prune',
      'check-models',
      'collect-reach',
      'announce-milestones',
      'post-benchmark-thread',
      'weekly-digest',
    ]);
    for (const { schedule } of scheduled) expect(schedule!.nextAfter(Date.now())).toBeGreaterThan(Date.now());
  });

  it('changes times and the zone, switches jobs off, and names who is told', async () => {
    const { scheduled, tell } = await read({
      timeZone: 'Europe/Berlin',
      tell: ['discord:123456789', 'slack:C0123456'],
      schedule: { 'weekly-digest': '30 2 * * *', prune: null },
    });
    const plan = new Map(scheduled.map(item => [item.job.name, item]));
    expect(plan.get('prune')).toMatchObject({ schedule: null, when: 'off' });
    expect(plan.get('weekly-digest')!.schedule!.nextAfter(Date.parse('2026-07-01T12:00Z'))).toBe(
      Date.parse('2026-07-02T00:30Z'),
    );
    expect(plan.get('check-models')!.when).toBe('40 4 * * * (Europe/Berlin)');
    expect(tell).toEqual([
      { platform: 'discord', channelId: '123456789' },
      { platform: 'slack', channelId: 'C0123456' },
    ]);
  });

  it('that schedules what is no job is refused, with the jobs that there are', async () => {
    await expect(read({ schedule: { prnue: '* * * * *', prune: null } })).rejects.toMatchObject({
      code: 'job-unknown',
      message: expect.stringMatching(
        /schedules prnue, .*prune, check-models, collect-reach, announce-milestones, post-benchmark-thread, weekly-digest\.$/,
      ),
    });
  });

  it.each([
    ['{', /is not JSON/],
    [{ timezone: 'UTC' }, /timezone/],
    [{ timeZone: 'Mars/Olympus' }, /time zone Mars\/Olympus/],
    [{ schedule: { prune: 'hourly' } }, /schedules prune at "hourly"/],
    [{ tell: ['discord'] }, /tell\.0: should be discord:<id>/],
  ])('%j is refused with what is wrong', async (content, message) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'jobs-file',
      message: expect.stringMatching(message),
    });
  });

  it('that is not there is refused', async () => {
    await expect(readJobsFile(join(folder, 'none'), ALL_JOBS)).rejects.toMatchObject({
      code: 'jobs-file',
      message: expect.stringContaining('NARRATOR_JOBS'),
    });
  });
});
