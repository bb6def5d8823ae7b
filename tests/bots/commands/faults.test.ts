import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { StoreError } from '../../../src/store/store-error.ts';
import { picture } from './pictures.ts';
import {
  type Bots,
  button,
  endBots,
  image,
  labels,
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

/** A place of one's own, so that nothing about it is in memory. */
const elsewhere = { ...PLACE, channelId: 'elsewhere' };

describe('a store that fails', () => {
  it('does not stop a description: it comes without the button that needs the store, and is logged', async () => {
    const bots = await startBots(narration);
    const locking = new DatabaseSync(bots.file);
    locking.exec('BEGIN EXCLUSIVE');
    try {
      const { last } = await bots.run('describe', { images: [image(picture('plain'))], place: elsewhere });
      expect(texts(last, 'text')).toEqual([SHORT]);
      expect(labels(last)).not.toContain('Report');
      expect(labels(last)).toContain('More detail');
      const failed = bots.lines.filter(({ message }) => message.startsWith('the store failed'));
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.at(-1)).toMatchObject({ level: 'error', fields: { failures: failed.length } });
      // What is in memory works on.
      const more = await bots.press(button(last, 'more'), { by: ada, place: elsewhere });
      expect(texts(more.origin.last, 'text')[0]).toMatch(/^A bright red kite/);
    } finally {
      locking.close();
    }
    const { last } = await bots.run('describe', { images: [image(picture('plain'))], place: elsewhere });
    expect(labels(last)).toContain('Report');
  });

  it('is told later that a mention was answered, so that no restart answers it again', async () => {
    const bots = await startBots(narration);
    const post = bots.port.post('p1', ben, [image(picture('slow', 25))], { mentionsBot: true });
    const seen = see(bots, post);
    await expect.poll(() => bots.store.pending.list('discord', 10)).toHaveLength(1);
    const locking = new DatabaseSync(bots.file);
    locking.exec('BEGIN EXCLUSIVE');
    await seen;
    expect(texts(bots.port.responders[0]!.last, 'text')).toEqual([SHORT]);
    expect(await bots.store.pending.list('discord', 10)).toHaveLength(1);
    locking.close();
    await expect.poll(() => bots.store.pending.list('discord', 10), { timeout: 4000 }).toEqual([]);
  });

  it('leaves watched images of strangers until it tells whether they opted out, and keeps nothing till then', async () => {
    let isAway = false;
    const asked: string[] = [];
    const bots = await startBots(narration, { bots: { graceMs: 1 } });
    const { store } = bots;
    const failing = bots.restart({
      store: {
        ...store,
        people: {
          ...store.people,
          async hasOptedOut(platform, personId) {
            asked.push(personId);
            if (isAway) throw new StoreError('store-unavailable', 'It is away.');
            return await store.people.hasOptedOut(platform, personId);
          },
        },
      },
    });
    await failing.run('settings', { person: boss, options: { watch: true } });
    await store.people.setOptOut('discord', 'out', true, Date.now());
    isAway = true;
    for (const id of ['ben', 'out'])
      await see(failing, bots.port.post(`of-${id}`, person(id), [image(picture('plain'))]));
    await expect.poll(() => asked.filter(id => id === 'out').length, { timeout: 1000 }).toBeGreaterThan(1);
    expect(bots.port.responders).toEqual([]);
    expect(await store.pending.list('discord', 10)).toEqual([]);
    isAway = false;
    await expect
      .poll(() => bots.port.responders.map(({ replyTo }) => replyTo), { timeout: 5000 })
      .toEqual(['of-ben']);
    await expect
      .poll(() => failing.lines.some(({ fields }) => fields.code === 'opted-out'), { timeout: 5000 })
      .toBe(true);
    expect(texts(bots.port.responders[0]!.last, 'text')).toEqual([SHORT]);
  });

  it('that is away is told of where a command needs it, without its details', async () => {
    const folderless = await startBots(narration);
    const store = await openStore({ kind: 'sqlite', file: `${folderless.file}-2` }, { retryMs: 50 });
    const bots = await startBots(narration, { store });
    await store.close();
    const { last } = await bots.run('describe', { images: [image(picture('plain'))] });
    expect(texts(last, 'text')).toEqual([SHORT]);
    const privacy = await bots.run('privacy');
    expect(texts(privacy.last)[0]).toMatch(/^(The bot cannot reach what it keeps|The bot could not do this)/);
    expect(texts(privacy.last)[1]).toMatch(/^Reference: r-/);
    expect(texts(privacy.last).join()).not.toContain(folderless.file);
  });
});

describe('after a crash', () => {
  /** What a process was at when it was killed: its rows. */
  async function crashedAt(bots: Bots, kind: 'mention' | 'watch' | 'ask', id: string, ageMs: number) {
    const post = bots.port.post(id, ben, [image(picture('plain'))]);
    const { reference } = post;
    const people = { requesterId: 'ben', authorId: 'ben' };
    const at = Date.now() - ageMs;
    await bots.store.pending.add({
      id,
      platform: 'discord',
      personId: 'ben',
      work:
        kind === 'ask'
          ? { kind, channelId: 'channel', isMember: true }
          : { kind, place: PLACE, postId: id, reference, ...people },
      dueAt: at,
      createdAt: at,
    });
  }

  it('mentions and watched images are described now, once', async () => {
    const bots = await startBots(narration);
    await bots.run('settings', { person: boss, options: { watch: true } });
    await crashedAt(bots, 'mention', 'm1', 60_000);
    await crashedAt(bots, 'watch', 'w1', 60_000);
    const restarted = bots.restart();
    await Promise.all([restarted.commands.resume(bots.port), restarted.commands.resume(bots.port)]);
    await expect.poll(() => bots.store.pending.list('discord', 10), { timeout: 3000 }).toEqual([]);
    const replies = bots.port.responders.map(({ replyTo, shown }) => [
      replyTo,
      texts(shown.at(-1)!, 'text')[0],
    ]);
    expect(replies.sort()).toEqual([
      ['m1', SHORT],
      ['w1', SHORT],
    ]);
  });

  it('what is too old, and commands, are told of: one message a channel', async () => {
    const bots = await startBots(narration);
    await crashedAt(bots, 'mention', 'm1', 16 * 60_000);
    await crashedAt(bots, 'ask', 'a1', 1000);
    await crashedAt(bots, 'ask', 'a2', 1000);
    await bots.store.pending.add({
      id: 'odd',
      platform: 'discord',
      personId: 'ben',
      work: { kind: 'of another version' },
      dueAt: 0,
      createdAt: Date.now(),
    });
    await bots.restart().commands.resume(bots.port);
    expect(bots.port.responders).toHaveLength(1);
    expect(bots.port.responders[0]).toMatchObject({ channelId: 'channel', replyTo: null });
    expect(texts(bots.port.responders[0]!.last)[0]).toBe(
      'A restart interrupted 3 requests here before they were answered. Please ask again.',
    );
    expect(await bots.store.pending.list('discord', 10)).toEqual([]);
  });

  it('the sign of work and half a text that a crashed process left are taken away', async () => {
    const bots = await startBots(narration);
    const post = bots.port.post('p1', ben, [image(picture('growing', 33))], { mentionsBot: true });
    const asked = new RecordingResponder();
    const signed = { sign: Promise.resolve('sign'), show: () => new Promise<never>(() => {}) };
    const call = { person: ada, place: PLACE, port: bots.port, receivedAt: performance.now(), post };
    void bots.commands.describePost({ ...call, responder: Object.assign(asked, signed) });
    const standing = async () =>
      (await bots.store.pending.list('discord', 10)).map(
        ({ work }) => (work as { standing?: string }).standing,
      );
    await expect.poll(standing).toEqual(['sign']);
    // The first text that grows stands, and nothing comes after it.
    const respondIn = bots.port.respondIn.bind(bots.port);
    bots.port.respondIn = (channelId, replyTo) => {
      const responder = respondIn(channelId, replyTo);
      const show = responder.show.bind(responder);
      responder.show = reply => (reply.isGrowing ? show(reply) : new Promise<never>(() => {}));
      return responder;
    };
    void see(bots, post);
    await expect.poll(standing).toEqual(['sign', 'reply-0']);
    bots.port.respondIn = respondIn;
    await bots.restart().commands.resume(bots.port);
    expect(bots.port.deleted.sort()).toEqual(['channel/reply-0', 'channel/sign']);
    expect(bots.port.responders.map(({ last }) => texts(last, 'text')[0])).toContain(SHORT);
    expect(await bots.store.pending.list('discord', 10)).toEqual([]);
  });

  it('once the store tells what was left, where it fails at the start', async () => {
    const bots = await startBots(narration);
    await crashedAt(bots, 'mention', 'm1', 1000);
    let failures = 1;
    const { store } = bots;
    const list: typeof store.pending.list = async (...args) => {
      if (failures-- > 0) throw new StoreError('store-unavailable', 'It is away.');
      return await store.pending.list(...args);
    };
    const restarted = bots.restart({ store: { ...store, pending: { ...store.pending, list } } });
    await restarted.commands.resume(bots.port);
    expect(bots.port.responders.map(({ replyTo }) => replyTo)).toEqual(['m1']);
  });

  it('a mention that is told of again before that is left to it', async () => {
    const bots = await startBots(narration);
    const post = bots.port.post('p1', ben, [image(picture('plain'))], { mentionsBot: true });
    await crashedAt(bots, 'mention', 'mention-discord-channel-p1', 1000);
    bots.port.posts.set('mention-discord-channel-p1', [...post.images]);
    const restarted = bots.restart();
    await see(restarted, post);
    expect(bots.port.responders).toEqual([]);
    await restarted.commands.resume(bots.port);
    expect(bots.port.responders.map(({ last }) => texts(last, 'text')[0])).toEqual([SHORT]);
    await see(restarted, post);
    expect(bots.port.responders).toHaveLength(1);
  });

  it('what this process is at is not taken up twice when a platform connects again', async () => {
    const bots = await startBots(narration);
    const post = bots.port.post('p1', ben, [image(picture('slow', 30))], { mentionsBot: true });
    const seen = see(bots, post);
    const asked = bots.run('describe', { images: [image(picture('slow', 32))] });
    await expect.poll(() => bots.store.pending.list('discord', 10)).toHaveLength(2);
    await bots.commands.resume(bots.port);
    await Promise.all([seen, asked]);
    expect(bots.port.responders.map(({ replyTo }) => replyTo)).toEqual(['p1']);
    expect(texts((await asked).last, 'text')).toEqual([SHORT]);
  });
});

describe('stopping', () => {
  it('waits for what is at hand, and refuses what comes', async () => {
    const bots = await startBots(narration);
    const slow = bots.run('describe', { images: [image(picture('slow', 31))] });
    await wait(50);
    const stopped = bots.commands.stop(5000);
    const late = await bots.run('help');
    expect(texts(late.last)[0]).toBe('The service is being stopped: try again in a few minutes.');
    await stopped;
    expect(texts((await slow).last, 'text')).toEqual([SHORT]);
  });

  it('tells those whose time is up, with a button that works in the next process', async () => {
    const bots = await startBots(narration);
    const responder = new RecordingResponder();
    const post = bots.port.post('post', ben, [image(picture('slow', 400))]);
    const call = { person: ada, place: PLACE, port: bots.port, receivedAt: performance.now(), post };
    const slow = bots.commands.describePost({ ...call, responder });
    await wait(50);
    await bots.commands.stop(50);
    await slow;
    expect(texts(responder.last)[0]).toBe('The service is being stopped: try again in a few minutes.');
    expect(await bots.store.pending.list('discord', 10)).toEqual([]);
    bots.port.post('post', ben, [image(picture('plain'))]);
    const again = await bots.restart().press(button(responder.last, 'again'), { by: ada, messageId: null });
    expect(texts(again.responder.last, 'text')).toEqual([SHORT]);
  });

  it('leaves watched images, waiting or half done, to the next process', async () => {
    const bots = await startBots(narration, { bots: { graceMs: 30 } });
    await bots.run('settings', { person: boss, options: { watch: true } });
    await see(bots, bots.port.post('half', ben, [image(picture('slow', 401))]));
    await wait(150);
    await see(bots, bots.port.post('waiting', ben, [image(picture('plain'))]));
    await bots.commands.stop(0);
    const left = await bots.store.pending.list('discord', 10);
    expect(left.map(({ id }) => id.split('-').at(-1))).toEqual(['half', 'waiting']);
    for (const id of ['half', 'waiting']) bots.port.post(id, ben, [image(picture('plain'))]);
    await bots.restart().commands.resume(bots.port);
    await expect.poll(() => bots.store.pending.list('discord', 10), { timeout: 3000 }).toEqual([]);
    const described = bots.port.responders.filter(({ shown }) => shown.length > 0);
    expect(described.map(({ replyTo }) => replyTo).sort()).toEqual(['half', 'waiting']);
  });
});

it('answers a deadline that ran out, while the image is still being read', async () => {
  const bots = await startBots(narration, { bots: { deadlineMs: 100 } });
  const never = {
    ...image(picture('plain')),
    read: () => new Promise<Uint8Array>(() => {}),
  };
  const { last } = await bots.run('describe', { images: [never] });
  expect(texts(last)[0]).toMatch(/^The image was not described within \d+ seconds?: try again/);
});
