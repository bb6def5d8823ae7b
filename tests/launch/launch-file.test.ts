import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readLaunchFile } from '../../src/launch/launch-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-launch-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: unknown) {
  const file = join(folder, 'launch.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return await readLaunchFile(file);
}

it('lets nothing be posted, and nobody approve, unless it says so', async () => {
  const bundled = await readLaunchFile(join(import.meta.dirname, '../../config/launch.json'));
  expect(bundled.posting.enabled).toBe(false);
  expect(bundled.approval).toMatchObject({ channels: [], approvers: { discord: [], slack: [] } });
  // What is left out is as the bundled one has it.
  expect(await read({})).toEqual(bundled);
});

it('reads who may approve, where it is shown, and how much is posted', async () => {
  const plan = await read({
    posting: { enabled: true, postsPerDay: 8 },
    approval: {
      channels: ['slack:C12345'],
      approvers: { slack: ['U12345'], discord: ['12345678'] },
      fourEyes: true,
    },
    announce: ['discord:12345'],
  });
  expect(plan).toMatchObject({
    posting: { enabled: true, postsPerDay: 8 },
    approval: {
      channels: [{ platform: 'slack', channelId: 'C12345' }],
      approvers: { slack: ['U12345'], discord: ['12345678'] },
      fourEyes: true,
    },
    announce: [{ platform: 'discord', channelId: '12345' }],
  });
});

it('names everything that is wrong at once', async () => {
  const reading = read({
    posting: { enabled: 'yes', postsPerDay: 0 },
    approval: { approvers: { slack: ['ada'] }, channels: ['somewhere'] },
    anounce: [],
  });
  await expect(reading).rejects.toMatchObject({ code: 'bad-launch-file' });
  const message = await reading.catch((error: Error) => error.message);
  for (const place of [
    'posting.enabled',
    'posting.postsPerDay',
    'approvers.slack.0',
    'approval.channels.0',
    'anounce',
  ]) {
    expect(message).toContain(place);
  }
  await expect(read('{')).rejects.toThrow(/It is no JSON/);
  await expect(readLaunchFile(join(folder, 'none.json'))).rejects.toThrow(/check NARRATOR_LAUNCH/);
});
