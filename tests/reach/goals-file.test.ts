import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GoalsError, keysOf, readGoalsFile } from '../../src/reach/goals-file.ts';
import {
  parseHubSubject,
  parseRedditPost,
  parseRepository,
  parseXSubject,
} from '../../src/reach/subjects.ts';

const COMMITTED = join(import.meta.dirname, '../../config/goals.json');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-goals-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(content: unknown): Promise<string> {
  const path = join(folder, 'goals.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function faultsOf(content: unknown): Promise<readonly string[]> {
  try {
    await readGoalsFile(await write(content));
  } catch (error) {
    if (error instanceof GoalsError) return error.faults;
    throw error;
  }
  return [];
}

const SUBJECTS = { huggingface: [], github: [], x: [], reddit: [] };
const GOAL = {
  id: 'stars',
  name: 'Stars',
  moreThan: 50,
  unit: 'stars',
  measures: [{ source: 'github', metric: 'stars' }],
};
const FILE = { model: 'm', launch: null, subjects: SUBJECTS, goals: [GOAL] };

describe('the goals file', () => {
  it('that is committed has the three goals of the launch, and no subjects yet', async () => {
    const plan = await readGoalsFile(COMMITTED);
    expect(plan.model).toBe('visual-narrator-3b-adjective-dominant');
    expect(plan.launchAt).toBeNull();
    expect(plan.goals.map(({ moreThan, unit, firstDays }) => [moreThan, unit, firstDays])).toEqual([
      [100, 'downloads', 7],
      [500, 'engagements', null],
      [50, 'stars', null],
    ]);
    expect(plan.goals.flatMap(goal => keysOf(goal, plan))).toEqual([]);
  });

  it('says what is measured: all subjects that have the metric, or those that are named', async () => {
    const subjects = { ...SUBJECTS, huggingface: ['org/a', 'org/b', 'spaces/org/c'], x: ['12345', '@us'] };
    const measures = [
      { source: 'huggingface', metric: 'downloadsAllTime' },
      { source: 'huggingface', metric: 'likes', subjects: ['spaces/org/c'] },
      { source: 'x', metric: 'engagements' },
    ];
    const goal = {
      ...GOAL,
      measures,
      count: 'gained',
      window: 'first 30 days after launch',
      tell: ['slack:C0123456'],
    };
    const plan = await readGoalsFile(
      await write({ ...FILE, launch: '2026-12-01T10:00:00+01:00', subjects, goals: [goal] }),
    );
    expect(plan.launchAt).toBe(Date.UTC(2026, 11, 1, 9));
    expect(plan.goals[0]).toMatchObject({ firstDays: 30, count: 'gained', tell: ['slack:C0123456'] });
    expect(keysOf(plan.goals[0]!, plan).map(({ subject, metric }) => [subject, metric])).toEqual([
      ['org/a', 'downloadsAllTime'],
      ['org/b', 'downloadsAllTime'],
      ['spaces/org/c', 'likes'],
      ['12345', 'engagements'],
    ]);
  });

  it('is refused with all of its faults at once', async () => {
    expect(
      await faultsOf({
        model: '',
        launch: 'tomorrow',
        subjects: {
          ...SUBJECTS,
          github: ['not a repository'],
          reddit: ['https://example.org/comments/1'],
          mastodon: [],
        },
        goals: [{ ...GOAL, id: 'Stars!', moreThan: 'many', window: 'a week', tell: ['irc:x'], measures: [] }],
        colour: 'red',
      }),
    ).toEqual([
      'model should not be empty.',
      'launch should be null, or a moment such as "2026-12-01T09:00:00Z".',
      'subjects.github.0 should be a repository: owner/name.',
      'subjects.reddit.0 should be the address of a post: https://www.reddit.com/r/…/comments/….',
      expect.stringMatching(/^subjects .*mastodon/),
      'goals.0.id should be a name of up to 16 small letters, digits and hyphens.',
      'goals.0.moreThan should be the number to exceed.',
      'goals.0.measures should name at least one.',
      'goals.0.window should be null, or such as "first 7 days after launch".',
      'goals.0.tell.0 should be discord:<id> or slack:<id> of a channel.',
      expect.stringMatching(/^The file .*colour/),
    ]);
    const measures = [
      { source: 'github', metric: 'downloads' },
      { source: 'huggingface', metric: 'downloadsAllTime', subjects: ['org/other', 'spaces/org/a'] },
    ];
    const subjects = { ...SUBJECTS, huggingface: ['spaces/org/a'], x: ['12', '12'] };
    expect(await faultsOf({ ...FILE, subjects, goals: [GOAL, { ...GOAL, measures }] })).toEqual([
      'subjects.x should name 12 once.',
      'goals.1.id should be its own: stars is there twice.',
      expect.stringMatching(/^goals\.1\.measures\.0\.metric should be one of GitHub’s: stars, /),
      'goals.1.measures.1.subjects should be among subjects.huggingface: org/other is not.',
      'goals.1.measures.1.subjects should have downloadsAllTime: spaces/org/a has not.',
    ]);
    expect(await faultsOf('{')).toEqual([expect.stringMatching(/^It is no JSON/)]);
    await expect(readGoalsFile(join(folder, 'nowhere.json'))).rejects.toMatchObject({
      code: 'bad-goals',
      message: expect.stringMatching(/nowhere\.json cannot be used:\n {2}- It cannot be read\.$/),
    });
  });
});

describe('subjects', () => {
  it('are read in every form that people have them in', () => {
    expect(parseHubSubject('org/model')).toEqual({ kind: 'model', name: 'org/model' });
    expect(parseHubSubject('gpt2')).toEqual({ kind: 'model', name: 'gpt2' });
    expect(parseHubSubject('spaces/org/demo')).toEqual({ kind: 'space', name: 'org/demo' });
    expect(parseHubSubject('datasets/org')).toBeNull();
    expect(parseHubSubject('a/b/c')).toBeNull();
    expect(parseHubSubject('../../x')).toBeNull();
    expect(parseRepository('org/repo.js')).toEqual({ owner: 'org', repo: 'repo.js' });
    expect(parseRepository('org/..')).toBeNull();
    expect(parseXSubject('@us')).toEqual({ kind: 'account', handle: 'us' });
    expect(parseXSubject('https://twitter.com/us/status/12?s=20')).toEqual({ kind: 'post', id: '12' });
    expect(parseXSubject('https://x.com/us')).toBeNull();
    for (const address of [
      'https://www.reddit.com/r/blind/comments/1AbCde/a_title/?x=1',
      'https://old.reddit.com/comments/1abcde',
      'https://redd.it/1abcde',
    ]) {
      expect(parseRedditPost(address)).toBe('t3_1abcde');
    }
    expect(parseRedditPost('https://reddit.com.example.org/comments/1abcde')).toBeNull();
  });
});
