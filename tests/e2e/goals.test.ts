import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config/env.ts';
import type { PretendPlatform } from '../../src/sandbox/pretend-platform.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createService } from '../../src/service.ts';
import { openStore } from '../../src/store/open-store.ts';

const HOUR = 3_600_000;

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

/** What the bot answers to the command of that name, as JSON. */
async function ask(platform: PretendPlatform, command: string): Promise<string> {
  const [person] = platform.people;
  const { channels } = platform.snapshot(person!.id);
  const before = platform.snapshot(person!.id).messages.length;
  await platform.runCommand({
    personId: person!.id,
    channelId: channels[0]!.id,
    command,
    options: {},
    files: [],
  });
  return await vi.waitFor(
    () => {
      const answer = JSON.stringify(platform.snapshot(person!.id).messages.slice(before));
      expect(answer).toContain('Launch goals');
      return answer;
    },
    { timeout: 10_000 },
  );
}

it('the service shows the goals of its file with what was collected, in Discord and in Slack', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-goals-'));
  releases.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'narrator.sqlite');
  const now = Date.now();
  const store = await openStore({ kind: 'sqlite', file });
  await store.samples.add([
    {
      source: 'github',
      subject: 'org/repo',
      metric: 'stars',
      value: 41,
      outcome: 'value',
      reason: null,
      takenAt: now - HOUR,
      slot: now - HOUR,
      rawId: '1',
    },
  ]);
  await store.close();
  const goalsFile = join(folder, 'goals.json');
  const goal = (id: string, source: string, metric: string) => ({
    id,
    name: `Goal of ${id}`,
    moreThan: 50,
    unit: id,
    measures: [{ source, metric }],
  });
  const subjects = { huggingface: [], github: ['org/repo'], x: [], reddit: [] };
  const goals = [goal('stars', 'github', 'stars'), goal('engagements', 'x', 'engagements')];
  await writeFile(goalsFile, JSON.stringify({ model: 'm', launch: null, subjects, goals }));

  const sandbox = await startSandbox();
  releases.push(() => sandbox.close());
  const config = sandbox.connect(readConfig({ NARRATOR_GOALS: goalsFile }));
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const service = createService({ ...config, store: { kind: 'sqlite', file } }, { log, env: process.env });
  releases.push(() => service.stop(1000));
  await service.start(new AbortController().signal);

  const [discord, slack] = sandbox.platforms;
  for (const answer of [await ask(discord!, 'goals'), await ask(slack!, 'narrate goals')]) {
    expect(answer).toContain('41 of more than 50 stars (82 %) · GitHub');
    expect(answer).toContain('Too early for a forecast');
    expect(answer).toContain('not measured yet, of more than 50 engagements');
    expect(answer).toContain('The goals file names nothing to measure for it yet.');
  }
});

it('the service does not start with goals that cannot be, and says what is wrong', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-goals-'));
  releases.push(() => rm(folder, { recursive: true, force: true }));
  const goalsFile = join(folder, 'goals.json');
  await writeFile(goalsFile, '{"model": "m"}');
  const config = readConfig({ NARRATOR_GOALS: goalsFile, NARRATOR_DATA: folder });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const service = createService(config, { log, env: process.env });
  await expect(service.start(new AbortController().signal)).rejects.toMatchObject({ code: 'bad-goals' });
});
