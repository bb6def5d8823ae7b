import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config/env.ts';
import { hashContent } from '../../src/launch/thread/hash-content.ts';
import type { PlatformMessage, PretendPlatform } from '../../src/sandbox/pretend-platform.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createService } from '../../src/service.ts';
import { openStore } from '../../src/store/open-store.ts';

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

const LOG = { debug() {}, info() {}, warn() {}, error() {} };

function placeOf(platform: PretendPlatform) {
  const member = platform.people.find(({ role }) => role === 'member')!;
  const owner = platform.people.find(({ role }) => role === 'owner')!;
  const { id: channelId } = platform.snapshot(member.id).channels.find(({ name }) => name === 'general')!;
  return { platform, channelId, member, owner };
}

type Shown = PlatformMessage & { readonly text: string };

/** The first message there that fits, once there is one. */
function seen(
  { platform, channelId }: ReturnType<typeof placeOf>,
  by: { readonly id: string },
  fits: (text: string) => boolean,
): Promise<Shown> {
  return vi.waitFor(
    () => {
      const messages = platform
        .snapshot(by.id)
        .messages.filter(message => message.channelId === channelId)
        .map(message => ({ ...message, text: JSON.stringify(message.json) }));
      const found = messages.find(({ text }) => fits(text));
      if (!found) throw new Error(`not among ${messages.map(({ text }) => text).join('\n')}`);
      return found;
    },
    { timeout: 10_000, interval: 20 },
  );
}

function approveButton({ text }: Shown): string {
  return /approve-thread:[\w-]+/.exec(text)![0];
}

it('the service shows drafts that the command line made, and lets those of the launch file decide', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-approval-'));
  releases.push(() => rm(folder, { recursive: true, force: true }));
  const sandbox = await startSandbox();
  releases.push(() => sandbox.close());
  const [discord, slack] = sandbox.platforms.map(placeOf) as [
    ReturnType<typeof placeOf>,
    ReturnType<typeof placeOf>,
  ];
  const launchFile = join(folder, 'launch.json');
  const channels = [`discord:${discord.channelId}`, `slack:${slack.channelId}`];
  const approvers = { discord: [discord.member.id], slack: [slack.member.id] };
  await writeFile(launchFile, JSON.stringify({ approval: { channels, approvers } }));
  const file = join(folder, 'narrator.sqlite');
  const store = await openStore({ kind: 'sqlite', file });
  releases.push(() => store.close());
  for (const [id, runId] of [
    ['t-whole', null],
    ['t-without-run', 'gone'],
  ] as const) {
    const content = { parts: [{ text: `Words of ${id}.`, pictures: [] }] };
    const row = { id, title: id, content, contentHash: hashContent(content), numbers: [], runId };
    await store.launch.createThread({ ...row, postAt: null, createdAt: Date.now(), createdBy: 'cli:other' });
  }

  const config = sandbox.connect(readConfig({ NARRATOR_LAUNCH: launchFile, NARRATOR_DATA: folder }));
  const service = createService(
    { ...config, store: { kind: 'sqlite', file } },
    { log: LOG, env: process.env },
  );
  releases.push(() => service.stop(1000));
  await service.start(new AbortController().signal);

  const press = (at: typeof discord, by: { readonly id: string }, message: Shown) =>
    at.platform.press({
      personId: by.id,
      channelId: at.channelId,
      messageId: message.id,
      actionId: approveButton(message),
    });
  const draftIn = (at: typeof discord, id: string) =>
    seen(at, at.member, text => text.includes(`approve-thread:${id}_1_`));
  for (const at of [discord, slack]) {
    const message = await draftIn(at, 't-whole');
    expect(message.text).toContain('t-whole');
    await press(at, at.owner, message);
    await seen(at, at.owner, text => text.includes('whom the launch file names'));
  }
  await press(slack, slack.member, await draftIn(slack, 't-without-run'));
  await seen(slack, slack.member, text => text.includes('The run gone cannot be read'));
  expect(await store.launch.thread('t-without-run')).toMatchObject({ state: 'draft' });

  await press(slack, slack.member, await draftIn(slack, 't-whole'));
  await seen(slack, slack.owner, text => text.includes('Approved by'));
  await seen(discord, discord.owner, text => text.includes('Thread approved: t'));
  expect(await store.launch.thread('t-whole')).toMatchObject({
    state: 'approved',
    approval: { by: `slack:${slack.member.id}` },
  });
  const trail = await store.launch.auditTrail(null, 20);
  expect(trail.map(({ action }) => action)).toEqual([
    'approve',
    'refused',
    'refused',
    'refused',
    'draft',
    'draft',
  ]);
  for (const { platform } of [discord, slack]) expect(platform.problems()).toEqual([]);
}, 40_000);
