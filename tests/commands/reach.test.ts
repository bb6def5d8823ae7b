import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectReach } from '../../src/reach/collect-reach.ts';
import type { PretendSources } from '../../src/sandbox/reach/start-pretend-sources.ts';
import { startPretendSources } from '../../src/sandbox/reach/start-pretend-sources.ts';
import { openStore } from '../../src/store/open-store.ts';
import { runNarrator } from './run-narrator.ts';

const DAY = 86_400_000;
const SUBJECTS = { huggingface: ['org/model'], github: ['org/repo'], x: ['12345'], reddit: [] };

let folder: string;
let sources: PretendSources;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-reach-'));
  const start = Date.now() - 6 * DAY;
  let now = start;
  const stars = (at: number) => Math.floor((at - start) / DAY) * 7;
  const few = () => 3;
  sources = await startPretendSources({
    now: () => now,
    subjects: {
      huggingface: { 'org/model': { downloads30Days: few, downloadsAllTime: few, likes: few } },
      github: { 'org/repo': { stars, forks: few, watchers: few, openIssues: few, releaseDownloads: few } },
      x: {},
      reddit: {},
    },
  });
  const goal = (id: string, moreThan: number, source: string, metric: string) => ({
    id,
    name: `Goal of ${id}`,
    moreThan,
    unit: id,
    measures: [{ source, metric }],
  });
  const goals = [goal('stars', 50, 'github', 'stars'), goal('engagements', 500, 'x', 'engagements')];
  const goalsFile = join(folder, 'goals.json');
  await writeFile(goalsFile, JSON.stringify({ model: 'a-model', launch: null, subjects: SUBJECTS, goals }));
  const { huggingface, github, x } = sources.access;
  env = {
    NARRATOR_GOALS: goalsFile,
    NARRATOR_DATA: folder,
    GITHUB_TOKEN: github.token!,
    HF_TOKEN: huggingface.token!,
    X_BEARER_TOKEN: 'a-token-that-is-wrong-there',
    REACH_HUGGINGFACE_URL: huggingface.baseUrl!,
    REACH_GITHUB_URL: github.baseUrl!,
    REACH_X_URL: x.baseUrl!,
    NO_COLOR: '1',
  };
  // Five days with a gap before today.
  const store = await openStore({ kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
  for (const day of [0, 1, 2, 4, 5]) {
    now = start + day * DAY;
    await collectReach({
      access: sources.access,
      subjects: SUBJECTS,
      store: store.samples,
      now: () => now,
      signal: new AbortController().signal,
      log: { error: () => {} },
    });
  }
  await store.close();
  now = start + 6 * DAY;
});
afterAll(async () => {
  await sources.close();
  await rm(folder, { recursive: true, force: true });
});

describe('narrator track', () => {
  it('asks once and says what could not be had, and why', async () => {
    const { status, stdout, stderr } = await runNarrator(['track', '--once'], { env });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('Hugging Face: 3 of 3 figures');
    expect(stdout).toContain('GitHub: 5 of 9 figures');
    expect(stdout).toMatch(
      /X: 0 of 7 figures\n {2}12345 likes, .* … restricted: X answered with HTTP status 401/,
    );
    expect(stdout).not.toContain('a-token-that-is-wrong-there');
    // A second run of the hour changes nothing.
    expect((await runNarrator(['track', '--once'], { env })).status).toBe(0);
  });

  it('goes on until it is told to stop', async () => {
    const narrator = fileURLToPath(new URL('../../bin/narrator.js', import.meta.url));
    const child = spawn(process.execPath, [narrator, 'track'], { env: { ...process.env, ...env } });
    let output = '';
    const seen = new Promise<void>(resolve => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('X: 0 of 7')) resolve();
      });
    });
    await seen;
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(output).toMatch(/^Asking every hour/);
  });

  it('fails where nothing is named, and where no figure could be had', async () => {
    const empty = await runNarrator(['track', '--once'], {
      env: { ...env, NARRATOR_GOALS: join(import.meta.dirname, '../../config/goals.json') },
    });
    expect(empty.status).toBe(1);
    expect(empty.stderr).toMatch(/goals\.json names nothing to measure yet/);
    const closed = 'http://127.0.0.1:9';
    const none = await runNarrator(['track', '--once'], {
      env: {
        ...env,
        NARRATOR_DATA: join(folder, 'other'),
        REACH_HUGGINGFACE_URL: closed,
        REACH_GITHUB_URL: closed,
        REACH_X_URL: closed,
      },
    });
    expect(none.status).toBe(1);
    expect(none.stdout).toMatch(/GitHub: 0 of 9 figures\n.* missing: GitHub could not be reached\./);
  });
});

describe('narrator goals', () => {
  it('shows progress, days with their gaps, pace, and what was never measured', async () => {
    await runNarrator(['track', '--once'], { env });
    const { status, stdout } = await runNarrator(['goals'], { env });
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Goals of a-model, launch: day not set\n\nGoal of stars\n {2}42 of more than 50 stars \(84 %\)/,
    );
    expect(stdout).toMatch(/\n {2}▁▂▃·▆▇█ {2}by day, \S+ to \S+, · not measured\n/);
    expect(stdout).toMatch(/\n {2}7\.0 a day: at this rate on \S+ \(80 % interval \S+ to \S+\)\.\n/);
    expect(stdout).toMatch(/Goal of engagements\n {2}not measured yet, of more than 500 engagements\n {2}··/);
    expect(stdout).toMatch(/Never measured, and not in the figure: X: 12345\./);
  });

  it('says the same as JSON', async () => {
    const { stdout } = await runNarrator(['goals', '--json'], { env });
    const { goals } = JSON.parse(stdout);
    expect(goals[0]).toMatchObject({
      id: 'stars',
      state: 'under-way',
      value: 42,
      metOn: null,
      noForecast: null,
    });
    expect(goals[0].days.map(({ value }: { value: number | null }) => value)).toEqual([
      0,
      7,
      14,
      null,
      28,
      35,
      42,
    ]);
    expect(goals[0].forecast).toMatchObject({ coverage: 0.8, reachedOn: expect.stringMatching(/^\d{4}-/) });
    expect(goals[1]).toMatchObject({ value: null, unmeasured: [{ source: 'x', subject: '12345' }] });
  });

  it.each(['svg', 'png'])('draws a chart as %s, and prints what it shows', async type => {
    const file = join(folder, `goals.${type}`);
    const { status, stdout } = await runNarrator(['goals', '--chart', file], { env });
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /Alt text: Line chart: Goals of a-model, % of the goal, .* stars, 6 days: .* highest 84\.0 on \S+; 1 day not measured/,
    );
    const bytes = await readFile(file);
    expect(bytes.subarray(0, 8).toString('latin1')).toMatch(type === 'svg' ? /^<svg / : /^\x89PNG/);
  });

  it('tells what cannot be', async () => {
    const jpeg = await runNarrator(['goals', '--chart', 'goals.jpg'], { env });
    expect([jpeg.status, jpeg.stderr]).toEqual([2, expect.stringMatching(/end with \.svg or \.png/)]);
    const missing = await runNarrator(['goals'], { env: { ...env, NARRATOR_GOALS: '/nowhere/goals.json' } });
    expect([missing.status, missing.stderr]).toEqual([1, expect.stringMatching(/It cannot be read/)]);
    const nothing = await runNarrator(['goals', '--chart', join(folder, 'x.svg')], {
      env: { ...env, NARRATOR_DATA: join(folder, 'empty') },
    });
    expect([nothing.status, nothing.stderr]).toEqual([1, expect.stringMatching(/nothing to draw/)]);
    const committed = await runNarrator(['goals'], {
      env: { ...env, NARRATOR_GOALS: join(import.meta.dirname, '../../config/goals.json') },
    });
    expect(committed.stdout).toContain('The goals file names nothing to measure for it yet.');
  });
});
