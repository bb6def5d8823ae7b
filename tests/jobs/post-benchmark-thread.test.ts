import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AnnouncementMessage } from '../../src/jobs/announcement-message.ts';
import type { JobContext } from '../../src/jobs/job.ts';
import { postBenchmarkThreadJob } from '../../src/jobs/post-benchmark-thread.ts';
import { type PretendAccount, startPretendAccount } from '../../src/sandbox/x/start-pretend-account.ts';
import type { Store } from '../../src/store/store.ts';
import { approveThread, expectThread, plainContentOf } from '../launch/outbox/outbox-stage.ts';
import { describeOnBothStores } from '../store/both-stores.ts';
import { createLog } from './job-stage.ts';

const CONTENT = plainContentOf('(job)');
const signal = new AbortController().signal;

let folder: string;
let x: PretendAccount;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-post-'));
  x = await startPretendAccount();
  await writeLaunch(true);
});
afterEach(async () => {
  await x.close();
  await rm(folder, { recursive: true, force: true });
});

async function writeLaunch(enabled: boolean): Promise<void> {
  const plan = {
    posting: { enabled },
    approval: { channels: ['slack:C12345'] },
    announce: ['discord:12345', 'slack:C67890'],
  };
  await writeFile(join(folder, 'launch.json'), JSON.stringify(plan));
}

const log = createLog();
function run(store: Store, change: Partial<JobContext> = {}): Promise<void> {
  const context = {
    ...{ store, log, slot: Date.now(), now: Date.now, benchmarksFolder: join(folder, 'benchmarks') },
    launch: { file: join(folder, 'launch.json'), x: x.account },
    ...change,
  };
  return postBenchmarkThreadJob.run(context as JobContext, signal);
}

async function takeAll(store: Store) {
  const taken: { readonly to: string; readonly key: string; readonly message: AnnouncementMessage }[] = [];
  for (;;) {
    const one = await store.announcements.take(['discord', 'slack'], Date.now());
    if (!one) return taken;
    const message = one.message as AnnouncementMessage;
    taken.push({ to: `${one.platform}:${one.channelId}`, key: one.key, message });
  }
}

await describeOnBothStores('post-benchmark-thread', stores => {
  it('posts what is due and approved, and tells each channel once', async () => {
    const store = await stores.open();
    const id = await approveThread(store.launch, CONTENT);
    await run(store);
    await run(store);
    expectThread(x, CONTENT);
    const told = await takeAll(store);
    expect(told.map(({ to, key }) => `${to} ${key}`).sort()).toEqual([
      `discord:12345 thread:${id}:posted`,
      `slack:C67890 thread:${id}:posted`,
    ]);
    const { heading, texts, picture } = told[0]!.message;
    expect(heading).toBe('Posted on X: Four models');
    expect(texts.slice(0, -1)).toEqual(CONTENT.parts.map(({ text }) => text));
    expect(texts.at(-1)).toBe(`The thread: https://x.com/i/web/status/${x.posts()[0]!.id}`);
    expect(picture).toEqual(CONTENT.parts[1]!.pictures[0]);
  });

  it('sends nothing while posting is off', async () => {
    const store = await stores.open();
    const id = await approveThread(store.launch, CONTENT);
    await writeLaunch(false);
    await run(store);
    expect(x.posts()).toEqual([]);
    expect(await store.launch.thread(id)).toMatchObject({ state: 'approved' });
    expect(log.lines.at(-1)!.message).toMatch(/posting is off/);
  });

  it('sends nothing of drafts, of what is not due yet, or without an account', async () => {
    const store = await stores.open();
    await run(store, { launch: { file: 'is not read while nothing is due', x: null } });
    const id = await approveThread(store.launch, CONTENT);
    await store.launch.schedule(id, Date.now() + 60_000, 'cli:ada', Date.now());
    await run(store);
    await store.launch.schedule(id, null, 'cli:ada', Date.now());
    const launch = { file: join(folder, 'launch.json'), x: null };
    await expect(run(store, { launch })).rejects.toMatchObject({ code: 'posting-account' });
    expect(x.posts()).toEqual([]);
  });

  it('asks those who decide where posting stops', async () => {
    const store = await stores.open();
    const id = await approveThread(store.launch, CONTENT);
    x.faults.arm('send', 'forbidden', { after: 1 });
    await run(store);
    const [told, ...more] = await takeAll(store);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ to: 'slack:C12345', message: { heading: 'Posting stopped: Four models' } });
    expect(told!.message.texts.join('\n')).toMatch(
      new RegExp(`did not take part 2[\\s\\S]*launch resume ${id}`),
    );
    await run(store);
    expect(x.posts()).toHaveLength(1);
    await store.launch.resume(id, 'cli:ada', Date.now());
    await run(store);
    expectThread(x, CONTENT);
  });
});
