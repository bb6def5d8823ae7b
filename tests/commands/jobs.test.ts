import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_JOBS } from '../../src/jobs/all-jobs.ts';
import { openStore } from '../../src/store/open-store.ts';
import { runNarrator } from './run-narrator.ts';

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-jobs-'));
  env = { NARRATOR_DATA: folder, NARRATOR_JOBS: join(folder, 'jobs.json'), NO_COLOR: '1' };
  await writeFile(
    env.NARRATOR_JOBS!,
    JSON.stringify({ timeZone: 'Europe/Berlin', schedule: { 'weekly-digest': null } }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const parse = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);

describe('narrator jobs', () => {
  it('lists the jobs, runs one and shows the run', async () => {
    const before = await runNarrator(['jobs', 'list'], { env });
    expect(before).toMatchObject({ status: 0, stderr: '' });
    expect(before.stdout).toMatch(
      /^prune +17 \* \* \* \* \(Europe\/Berlin\) +\d{4}-\d\d-\d\d \d\d:17:00Z +never ran/m,
    );
    expect(before.stdout).toMatch(/^weekly-digest +off +- +never ran/m);

    const run = await runNarrator(['jobs', 'run', 'prune'], { env });
    expect(run).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^prune: done in \d/) });

    const history = await runNarrator(['jobs', 'history', 'prune', '--json'], { env });
    expect(parse(history.stdout)).toEqual([
      {
        ...{ job: 'prune', attempt: 1, outcome: 'done', error: null },
        slot: expect.stringMatching(/Z$/),
        startedAt: expect.stringMatching(/Z$/),
        endedAt: expect.stringMatching(/Z$/),
        process: expect.any(String),
      },
    ]);
    const after = parse((await runNarrator(['jobs', 'list', '--json'], { env })).stdout);
    expect(after.map(({ job }) => job)).toEqual(ALL_JOBS.map(({ name }) => name));
    expect(after[0]).toMatchObject({ job: 'prune', last: { outcome: 'done' } });
    expect(after.at(-1)).toMatchObject({ job: 'weekly-digest', next: null, last: null });
  });

  it('says why a run failed', async () => {
    const goals = { ...env, NARRATOR_GOALS: join(folder, 'none.json') };
    const run = await runNarrator(['jobs', 'run', 'announce-milestones'], { env: goals });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/announce-milestones: failed\. The goals in .*none\.json cannot be used/);
    const history = await runNarrator(['jobs', 'history', 'announce-milestones'], { env });
    expect(history.stdout).toMatch(/failed +\S+ +The goals in/);
  });

  it('refuses a job that is running, and one that there is not', async () => {
    const store = await openStore({ kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
    const now = Date.now();
    const claim = {
      id: 'x',
      job: 'collect-reach',
      slot: now,
      process: 'p',
      isRepeatable: true,
      leaseMs: 60_000,
      now,
    };
    await store.jobs.claim(claim);
    await store.close();
    expect(await runNarrator(['jobs', 'run', 'collect-reach'], { env })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('collect-reach is running already'),
    });
    expect(await runNarrator(['jobs', 'run', 'prnue'], { env })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/no job prnue\. The jobs are prune, check-models/),
    });
  });
});
