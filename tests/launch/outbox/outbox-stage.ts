import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { drawPng } from '../../../src/inference/image/encode-png.ts';
import type { OutboxOptions, OutboxTimes } from '../../../src/launch/outbox/outbox-options.ts';
import { postThread } from '../../../src/launch/outbox.ts';
import { hashContent } from '../../../src/launch/thread/hash-content.ts';
import type { ThreadContent, ThreadPicture } from '../../../src/launch/thread/thread.ts';
import { createXPoster } from '../../../src/launch/x/create-x-poster.ts';
import type { PretendAccount } from '../../../src/sandbox/x/start-pretend-account.ts';
import type { LaunchStore } from '../../../src/store/launch-store.ts';
import { openStore } from '../../../src/store/open-store.ts';

/** Thousandths of the real ones, but long enough for what the sandbox does late. */
export const TIMES: OutboxTimes = {
  leaseMs: 30_000,
  lookWaitsMs: [5, 30, 60, 130],
  retryWaitsMs: [5, 10, 20],
  longestWaitMs: 3000,
  clockSkewMs: 1000,
  putOffMs: 60_000,
};
/** For one request: far longer than an answer takes on a machine that is busy. */
export const REQUEST_MS = 5000;

export function pictureOf(fileName: string): ThreadPicture {
  const png = drawPng(40, 30, (x, y) => [200 * x, 200 * y, 90]);
  return { fileName, pngBase64: Buffer.from(png).toString('base64'), altText: `A chart, ${fileName}.` };
}

/** A thread with what makes trouble: links, characters that X escapes, emoji, pictures. */
export function contentOf(mark: string): ThreadContent {
  return {
    parts: [
      { text: `We measured four models on 24 photographs ${mark} 🖼️`, pictures: [] },
      {
        text: `Supported adjectives per 100 words: 3.1 < 4.7 & "more" isn't better ${mark}`,
        pictures: [pictureOf('bars.png'), pictureOf('latency.png')],
      },
      { text: `How: https://example.org/method?a=1&b=2 and example.com ${mark}`, pictures: [] },
      {
        text: `Limits: 24 images are few ${mark}\n\nCode: https://example.org/code`,
        pictures: [pictureOf('z.png')],
      },
    ],
  };
}

/** The same without figures, which would need a run that they come from. */
export function plainContentOf(mark: string): ThreadContent {
  return {
    parts: [
      { text: `We measured models on photographs ${mark} 🖼️`, pictures: [] },
      {
        text: `What is said & what is seen ${mark}`,
        pictures: [pictureOf('bars.png'), pictureOf('latency.png')],
      },
      { text: `How: https://example.org/method?a=b&c=d and example.com ${mark}`, pictures: [] },
      {
        text: `Limits: few images ${mark}\n\nCode: https://example.org/code`,
        pictures: [pictureOf('z.png')],
      },
    ],
  };
}

/** A database of the test's own, on SQLite. */
export async function openTestStore() {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-outbox-'));
  const config = { kind: 'sqlite', file: join(folder, 'narrator.sqlite') } as const;
  const store = await openStore(config);
  const close = async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { config, store, close };
}

/** Drafts and approves a thread. Returns its id. */
export async function approveThread(
  launch: LaunchStore,
  content: ThreadContent,
  now = Date.now(),
): Promise<string> {
  const id = randomUUID();
  const contentHash = hashContent(content);
  await launch.createThread({
    ...{ id, title: 'Four models', content, contentHash, numbers: [], runId: null },
    ...{ postAt: null, createdAt: now, createdBy: 'cli:ada' },
  });
  expect(await launch.approve(id, contentHash, 'slack:U1', now)).toBe(true);
  return id;
}

export function outboxOf(
  launch: LaunchStore,
  { account }: Pick<PretendAccount, 'account'>,
  change: Partial<OutboxOptions> = {},
): OutboxOptions {
  return {
    launch,
    x: createXPoster(account, { requestMs: REQUEST_MS }),
    limits: { postsPerDay: 1000, postsPerMonth: 10_000 },
    checkNumbers: async () => [],
    log: { info: () => {}, warn: () => {} },
    process: 'test',
    times: TIMES,
    ...change,
  };
}

export function post(id: string, options: OutboxOptions, signal = new AbortController().signal) {
  return postThread(id, options, signal);
}

/** Sees that the account shows exactly this thread, in order, each part an answer to the one before, with its pictures. */
export function expectThread(x: PretendAccount, { parts }: ThreadContent): void {
  const posts = x.posts().filter(({ text }) => parts.some(part => part.text === text));
  expect(posts.map(({ text }) => text)).toEqual(parts.map(({ text }) => text));
  expect(posts.map(({ replyTo }) => replyTo)).toEqual([null, ...posts.slice(0, -1).map(({ id }) => id)]);
  expect(posts.map(({ mediaIds }) => mediaIds.map(id => x.media(id)?.altText))).toEqual(
    parts.map(({ pictures }) => pictures.map(({ altText }) => altText)),
  );
}
