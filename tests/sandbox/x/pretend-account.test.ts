import { afterEach, beforeEach, expect, it } from 'vitest';
import { createXPoster } from '../../../src/launch/x/create-x-poster.ts';
import { type PretendAccount, startPretendAccount } from '../../../src/sandbox/x/start-pretend-account.ts';
import { pictureOf } from '../../launch/outbox/outbox-stage.ts';

const signal = new AbortController().signal;
const PNG = Buffer.from(pictureOf('a.png').pngBase64, 'base64');

let x: PretendAccount;
beforeEach(async () => {
  x = await startPretendAccount({ postsPerWindow: 130, postsPerDay: 131 });
});
afterEach(() => x.close());

const posterOf = () => createXPoster(x.account, { requestMs: 2000 });
const post = (text: string, { mediaIds = [] as readonly string[], replyTo = null as string | null } = {}) =>
  posterOf().send({ text, mediaIds, replyTo }, signal);

it('refuses what X refuses', async () => {
  const { id } = await post('First');
  for (const [text, more] of [
    ['', {}],
    // 23 for a link and 2 for each emoji.
    [`${'x'.repeat(258)} https://example.org`, {}],
    ['🖼'.repeat(141), {}],
    ['An answer to nothing', { replyTo: '12345' }],
    ['A picture that was never uploaded', { mediaIds: ['12345'] }],
  ] as const) {
    await expect(post(text, { mediaIds: [], ...more })).rejects.toMatchObject({ code: 'x-refused' });
  }
  for (const text of ['First', ' First\n']) {
    await expect(post(text)).rejects.toMatchObject({ code: 'x-duplicate' });
    await expect(post(text, { replyTo: id })).rejects.toMatchObject({ code: 'x-duplicate' });
  }
  expect(x.posts()).toHaveLength(1);
  await post(`${'x'.repeat(256)} https://example.org/${'long'.repeat(50)}`);
  await post('🖼'.repeat(140));
  await expect(posterOf().upload(Buffer.from('no picture'), 'A chart.', signal)).rejects.toMatchObject({
    code: 'x-refused',
  });
  await expect(posterOf().upload(PNG, 'x'.repeat(1001), signal)).rejects.toMatchObject({ code: 'x-refused' });
});

it('shows the posts of an account page by page, those since a moment only', async () => {
  for (let count = 0; count < 120; count++) x.addPost(`Post ${count}`);
  const posts = await posterOf().ownPosts(Date.now() - 60_000, signal);
  expect(posts).toHaveLength(120);
  expect(posts[0]!.says('Post 119')).toBe(true);
  expect(await posterOf().ownPosts(Date.now() + 60_000, signal)).toEqual([]);
  x.faults.timelineLagMs = 60_000;
  expect(await posterOf().ownPosts(Date.now() - 60_000, signal)).toEqual([]);
});

it('counts posts, says when the last one is spent, and then takes no more', async () => {
  for (let count = 0; count < 129; count++) {
    expect((await post(`Post ${count}`)).nextAt).toBeNull();
  }
  const { nextAt } = await post('The last one');
  expect(nextAt! % 900_000).toBe(0);
  expect(nextAt).toBeGreaterThan(Date.now());
  await expect(post('One more')).rejects.toMatchObject({ code: 'x-limited', until: nextAt });
});

it('uploads large pictures in segments, and keeps their alt text', async () => {
  const large = Buffer.concat([PNG, Buffer.alloc(2_500_000)]);
  const id = await posterOf().upload(large, 'A large chart.', signal);
  expect(x.media(id)).toMatchObject({ isFinalized: true, altText: 'A large chart.' });
  expect([...x.media(id)!.segments.values()].map(({ length }) => length)).toEqual([
    1_048_576,
    1_048_576,
    large.length - 2 * 1_048_576,
  ]);
  await post('With it', { mediaIds: [id] });
  expect(x.problems()).toEqual([]);
});
