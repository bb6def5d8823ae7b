import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { picture } from './pictures.ts';
import {
  type Bots,
  endBots,
  image,
  PLACE,
  person,
  RecordingResponder,
  startBots,
  startTalking,
  texts,
} from './start-bots.ts';

const narration = startTalking();
afterEach(endBots);
afterAll(() => narration.close(0));

const ada = person('ada');
const ben = person('ben');
const boss = person('boss', { mayManageChannel: true });
const SHORT = 'A red kite over a quiet beach.';

const see = (bots: Bots, post: Parameters<Bots['commands']['see']>[0]) =>
  bots.commands.see(post, bots.port, performance.now());

describe('a mention', () => {
  it('with an image is answered where it was posted', async () => {
    const bots = await startBots(narration);
    await see(bots, bots.port.post('p1', ben, [image(picture('plain'))], { mentionsBot: true }));
    const [responder] = bots.port.responders;
    expect(responder).toMatchObject({ channelId: 'channel', replyTo: 'p1' });
    expect(texts(responder!.last, 'text')).toEqual([SHORT]);
    expect(await bots.store.pending.list('discord', 10)).toEqual([]);
  });

  it('in reply to an image describes that one, for whoever asked', async () => {
    const bots = await startBots(narration);
    const repliedTo = bots.port.post('p1', ben, [image(picture('plain'))]);
    await see(bots, bots.port.post('p2', ada, [], { mentionsBot: true, repliedTo }));
    const [responder] = bots.port.responders;
    expect(texts(responder!.last, 'text')).toEqual([SHORT]);
    const { target } = responder!.last.actions[0]![0]!;
    expect(await bots.store.replies.get(target)).toMatchObject({
      requesterId: 'ada',
      authorId: 'ben',
      state: { reference: { kind: 'message', messageId: 'p1', imageIds: ['image'] } },
    });
  });

  it('without one is told how to ask', async () => {
    const bots = await startBots(narration);
    await see(bots, bots.port.post('p1', ada, [], { mentionsBot: true }));
    expect(texts(bots.port.responders[0]!.last)[0]).toMatch(/^Mention me in a message with an image/);
  });

  it('that is told of twice is answered once, and one of a bot never', async () => {
    const bots = await startBots(narration);
    const post = bots.port.post('p1', ben, [image(picture('plain'))], { mentionsBot: true });
    await Promise.all([see(bots, post), see(bots, post)]);
    await see(bots, post);
    await see(bots, { ...post, id: 'p2', author: person('bot', { isBot: true }) });
    expect(bots.port.responders).toHaveLength(1);
  });
});

describe('wishes', () => {
  it.each(['Art only #nobot', '#NoAI, please', 'x (#NOBOT)'])('a topic of "%s" is respected', async topic => {
    const bots = await startBots(narration);
    const place = { ...PLACE, topic };
    const { last } = await bots.run('describe', { images: [image(picture('plain'))], place });
    expect(last.isPrivate).toBe(true);
    expect(texts(last)).toEqual([
      'This channel asks bots to leave its pictures alone (it says so in its topic), so nothing is described here.',
    ]);
    expect(bots.lines).toEqual([expect.objectContaining({ level: 'info', message: 'refused' })]);
  });

  it.each(['#nobots allowed', 'a#nobot', '#noaim', 'no bot'])(
    'a topic of "%s" is no such wish',
    async topic => {
      const bots = await startBots(narration);
      const place = { ...PLACE, topic };
      const { last } = await bots.run('describe', { images: [image(picture('plain'))], place });
      expect(texts(last, 'text')).toEqual([SHORT]);
    },
  );

  it('of an author who opted out: others are refused, they themselves are not, and nothing is kept', async () => {
    const bots = await startBots(narration);
    await bots.run('privacy', { person: ben, options: { do: 'opt-out' } });
    const responder = new RecordingResponder();
    const post = bots.port.post('p', ben, [image(picture('plain'))]);
    const call = { place: PLACE, port: bots.port, receivedAt: performance.now(), post };
    await bots.commands.describePost({ ...call, person: ada, responder });
    expect(responder.last.isPrivate).toBe(true);
    expect(texts(responder.last)[0]).toMatch(/has asked not to have their pictures described/);

    const own = await bots.run('describe', { images: [image(picture('plain'))], person: ben });
    expect(texts(own.last, 'text')).toEqual([SHORT]);
    const counts = await bots.store.people.countRows('discord', 'ben');
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(1);
    // The buttons work all the same.
    const more = await bots.press(own.last.actions[0]![0]!, { by: ben });
    expect(texts(more.origin.last, 'text')[0]).toMatch(/^A bright red kite/);
    expect(await bots.store.replies.get(own.last.actions[0]![0]!.target)).toBeNull();
    expect(await bots.store.descriptions.byReply(own.last.actions[0]![0]!.target)).toEqual([]);
  });
});

it('what is opted out of while the engine works is neither shown nor kept', async () => {
  const bots = await startBots(narration);
  const responder = new RecordingResponder();
  const post = bots.port.post('p', ben, [image(picture('slow', 40))]);
  const call = { place: PLACE, port: bots.port, receivedAt: performance.now(), post };
  const asked = bots.commands.describePost({ ...call, person: ada, responder });
  await wait(50);
  await bots.run('privacy', { person: ben, options: { do: 'opt-out' } });
  await asked;
  expect(texts(responder.last)[0]).toMatch(/has asked not to have their pictures described/);
  expect((await bots.store.people.countRows('discord', 'ben')).descriptions).toBe(0);
  expect((await bots.store.people.countRows('discord', 'ben')).replies).toBe(0);
});

describe('watch mode', () => {
  async function watching(limits: Parameters<typeof startBots>[1] = {}): Promise<Bots> {
    const bots = await startBots(narration, limits);
    await bots.run('settings', { person: boss, options: { watch: true } });
    expect(bots.commands.isWatched(PLACE)).toBe(true);
    return bots;
  }
  const answered = (bots: Bots) => bots.port.responders.map(({ shown }) => shown.length);

  it('describes images without alt text after the grace period, and those alone', async () => {
    const bots = await watching();
    const images = [
      image(picture('plain'), 'bare'),
      image(picture('plain', 9), 'empty', ' '),
      image(picture('plain', 10), 'told', 'A kite.'),
    ];
    await see(bots, bots.port.post('p1', ben, images));
    expect(await bots.store.pending.list('discord', 10)).toMatchObject([{ personId: 'ben' }]);
    expect(bots.port.responders).toEqual([]);
    await expect.poll(() => answered(bots), { timeout: 3000 }).toEqual([1]);
    const { replyTo, last } = bots.port.responders[0]!;
    expect(replyTo).toBe('p1');
    expect(texts(last, 'heading')).toEqual(['AI description 1 of 2', 'AI description 2 of 2']);
    const { target } = last.actions[0]![0]!;
    await expect.poll(() => bots.store.pending.list('discord', 10)).toEqual([]);
    expect(await bots.store.replies.get(target)).toMatchObject({
      requesterId: 'ben',
      state: { reference: { imageIds: ['bare', 'empty'] } },
    });
  });

  it('leaves alone what got alt text meanwhile, is gone, or was asked for', async () => {
    const bots = await watching();
    const bare = [image(picture('plain'))];
    await see(bots, bots.port.post('told', ben, bare));
    await see(bots, bots.port.post('gone', ben, bare));
    await see(bots, bots.port.post('asked', ben, bare));
    bots.port.posts.set('told', [image(picture('plain'), 'image', 'A kite.')]);
    bots.port.posts.delete('gone');
    await see(bots, bots.port.post('asked', ben, bare, { mentionsBot: true }));
    await expect.poll(() => bots.store.pending.list('discord', 10), { timeout: 3000 }).toEqual([]);
    expect(bots.port.responders.map(({ replyTo }) => replyTo)).toEqual(['asked']);
    expect(bots.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('notices nothing of bots, of people who opted out, and where it is off', async () => {
    const bots = await watching();
    const bare = [image(picture('plain'))];
    await bots.run('privacy', { person: ada, options: { do: 'opt-out' } });
    await see(bots, bots.port.post('p1', ada, bare));
    await see(bots, bots.port.post('p2', person('bot', { isBot: true }), bare));
    await see(bots, bots.port.post('p3', ben, bare, { place: { ...PLACE, channelId: 'other' } }));
    expect(await bots.store.pending.list('discord', 10)).toEqual([]);
    await see(bots, bots.port.post('p4', ben, bare));
    await bots.run('settings', { person: boss, options: { watch: false } });
    await expect.poll(() => bots.store.pending.list('discord', 10), { timeout: 3000 }).toEqual([]);
    expect(bots.port.responders).toEqual([]);
  });

  it('drops, with a line in the log, what cannot have its turn in time', async () => {
    let time = Date.now();
    const bots = await watching({ bots: { perPersonPerMinute: 1 }, now: () => time });
    for (const id of ['p1', 'p2']) await see(bots, bots.port.post(id, ben, [image(picture('plain'))]));
    await expect.poll(() => bots.port.responders.length, { timeout: 3000 }).toBe(1);
    await wait(100);
    // The other waits for its turn, in the store.
    expect(await bots.store.pending.list('discord', 10)).toHaveLength(1);
    expect(bots.lines.filter(({ message }) => /waited too long/.test(message))).toEqual([]);
    time += 400_000;
    const late = await watching({
      bots: { perPersonPerMinute: 1, graceMs: 1 },
      now: () => (time += 150_000),
    });
    for (const id of ['p1', 'p2']) await see(late, late.port.post(id, ben, [image(picture('plain'))]));
    await expect
      .poll(() => late.lines.some(({ message }) => /waited too long/.test(message)), { timeout: 3000 })
      .toBe(true);
    await expect.poll(() => late.store.pending.list('discord', 10)).toEqual([]);
  });

  it('tries again after a fault that may pass, on its own, and answers once', async () => {
    const bots = await watching();
    await see(bots, bots.port.post('p1', ben, [image(picture('once', 71))]));
    await expect.poll(() => answered(bots), { timeout: 1000 }).toEqual([0]);
    await expect.poll(() => bots.port.responders[0]!.withdrawn, { timeout: 1000 }).toBe(1);
    expect(await bots.store.pending.list('discord', 10)).toHaveLength(1);
    await expect.poll(() => answered(bots), { timeout: 4000 }).toEqual([0, 1]);
    await expect.poll(() => bots.store.pending.list('discord', 10)).toEqual([]);
  });

  it('tells nobody when it fails, but the log', async () => {
    const bots = await watching();
    await see(bots, bots.port.post('p1', ben, [image(picture('unavailable'))]));
    await expect
      .poll(() => bots.lines.some(({ message }) => message === 'failed'), { timeout: 3000 })
      .toBe(true);
    expect(answered(bots)).toEqual([0]);
  });
});
