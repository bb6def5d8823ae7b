import { expect, it } from 'vitest';
import { describeOnBothStores } from './both-stores.ts';
import { DAY, describedRow, NOW, pendingRow, replyRow, reportRow } from './rows.ts';

const now = () => NOW;
const DEFAULTS = { watch: false, style: 'brief', keepHistory: false, retentionDays: 90 };
const CHANNEL = { platform: 'discord', serverId: 'server', channelId: 'channel' } as const;

await describeOnBothStores('the store', stores => {
  it('answers, and is the same when it is opened again', async () => {
    const config = await stores.makeDatabase();
    const store = await stores.open({ now }, config);
    await store.ping();
    await store.replies.put(replyRow({ id: 'kept' }));
    await store.close();
    const again = await stores.open({ now }, config);
    expect(await again.replies.get('kept')).toEqual(replyRow({ id: 'kept' }));
  });

  it('gives back the descriptions of a reply as they were put, in their order', async () => {
    const store = await stores.open({ now });
    const rows = [
      describedRow({ id: 'b', describedAt: NOW - 10 }),
      describedRow({ id: 'a', describedAt: NOW - 5, text: null, serverId: null }),
      describedRow({
        id: 'c',
        describedAt: NOW - 1,
        supported: null,
        contradicted: null,
        uncheckable: null,
        supportedPer100Words: null,
        engineMs: 0.125,
      }),
    ];
    await store.descriptions.put([...rows, describedRow({ id: 'other', replyId: 'another reply' })]);
    expect(await store.descriptions.byReply('reply')).toEqual(rows);
  });

  it('replaces every column of a description that is put again', async () => {
    const store = await stores.open({ now });
    await store.descriptions.put([describedRow({ id: 'a' })]);
    const changed = describedRow({
      id: 'a',
      platform: 'slack',
      serverId: null,
      channelId: 'c2',
      requesterId: 'r2',
      authorId: 'a2',
      engine: 'vlm',
      model: 'm2',
      style: 'detailed',
      words: 1,
      adjectives: 2,
      supported: 3,
      contradicted: 4,
      uncheckable: 5,
      supportedPer100Words: 6.5,
      interpretive: 7,
      engineMs: 8.5,
      totalMs: 9.5,
      describedAt: NOW - 2,
      text: 'Another text.',
      expiresAt: NOW + 1,
    });
    await store.descriptions.put([changed]);
    expect(await store.descriptions.byReply('reply')).toEqual([changed]);
  });

  it('puts all rows of a reply or none', async () => {
    const store = await stores.open({ now });
    const broken = describedRow({ id: 'broken', style: null as never });
    await expect(
      store.descriptions.put([
        ...Array.from({ length: 600 }, (_, index) => describedRow({ id: `row ${index}` })),
        broken,
      ]),
    ).rejects.toMatchObject({ code: 'store-fault' });
    expect(await store.descriptions.byReply('reply')).toEqual([]);
    await store.descriptions.put([]);
  });

  it('gives nothing out that expired, pruned or not', async () => {
    let time = NOW;
    const store = await stores.open({ now: () => time });
    await store.descriptions.put([describedRow({ id: 'a', expiresAt: NOW + 5 })]);
    await store.replies.put(replyRow({ id: 'r', expiresAt: NOW + 5 }));
    const all = { from: 0, until: NOW + DAY };
    time = NOW + 4;
    expect(await store.descriptions.byReply('reply')).toHaveLength(1);
    expect(await store.replies.get('r')).not.toBeNull();
    time = NOW + 5;
    expect(await store.descriptions.byReply('reply')).toEqual([]);
    expect(await store.replies.get('r')).toBeNull();
    expect(await store.descriptions.days(all)).toEqual([]);
    expect(await store.descriptions.totals(all)).toMatchObject({ descriptions: 0, words: null });
    expect(await store.descriptions.leaders(all, 1, 10)).toEqual([]);
  });

  it('keeps texts of every kind, but for U+0000, which PostgreSQL has not', async () => {
    const store = await stores.open({ now });
    const text = `'"; drop table replies; -- \\ % _ ünïcödé 🎈 \n \u202e`;
    await store.descriptions.put([describedRow({ id: 'a', text: `${text}\0` })]);
    await store.reports.add(reportRow({ id: 'a', comment: `\0${text}` }));
    await store.replies.put(replyRow({ id: 'a', state: { text: `${text}\0`, list: [1, null] } }));
    expect((await store.descriptions.byReply('reply'))[0]?.text).toBe(text);
    expect((await store.reports.list(1))[0]?.comment).toBe(text);
    expect((await store.replies.get('a'))?.state).toEqual({ text: `${text}\0`, list: [1, null] });
  });

  it('deletes a reply, and its descriptions', async () => {
    const store = await stores.open({ now });
    await store.replies.put(replyRow({ id: 'reply' }));
    await store.replies.put(replyRow({ id: 'reply', messageId: '5' }));
    expect(await store.replies.get('reply')).toMatchObject({ messageId: '5' });
    await store.descriptions.put([describedRow({ id: 'a' })]);
    await store.replies.delete('reply');
    await store.descriptions.deleteReply('reply');
    expect(await store.replies.get('reply')).toBeNull();
    expect(await store.descriptions.byReply('reply')).toEqual([]);
  });

  it('does an event once that came twice, and gives out the oldest work first', async () => {
    const store = await stores.open({ now });
    const first = pendingRow({ id: 'z', createdAt: NOW - 5, work: { images: ['a'] } });
    expect(await store.pending.add(pendingRow({ id: 'y', createdAt: NOW - 1 }))).toBe(true);
    expect(await store.pending.add(first)).toBe(true);
    expect(await store.pending.add(pendingRow({ id: 'z', work: 'other' }))).toBe(false);
    await store.pending.add(pendingRow({ id: 'x', platform: 'slack' }));
    expect(await store.pending.list('discord', 1)).toEqual([first]);
    await store.pending.change('z', { images: ['a'], standing: 'm' });
    expect((await store.pending.list('discord', 1))[0]?.work).toEqual({ images: ['a'], standing: 'm' });
    await store.pending.done('z');
    await store.pending.change('z', 'done already');
    expect((await store.pending.list('discord', 10)).map(({ id }) => id)).toEqual(['y']);
    expect(await store.pending.add(first)).toBe(true);
  });

  it('lets exactly one of many have an event', async () => {
    const config = await stores.makeDatabase();
    const [one, two] = [await stores.open({ now }, config), await stores.open({ now }, config)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => [one, two][index % 2]!.pending.add(pendingRow({ id: 'z' }))),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('lists reports, the newest first', async () => {
    const store = await stores.open({ now });
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      await store.reports.add(reportRow({ id, reportedAt: NOW + index }));
    }
    expect(await store.reports.list(2)).toEqual([
      reportRow({ id: 'c', reportedAt: NOW + 2 }),
      reportRow({ id: 'b', reportedAt: NOW + 1 }),
    ]);
  });

  it('keeps settings by channel and by server', async () => {
    const store = await stores.open({ now });
    const { settings } = store;
    expect(await settings.channel('discord', 'channel')).toBeNull();
    const changed = await settings.changeChannel(CHANNEL, { watch: true }, DEFAULTS, 'moderator', NOW);
    expect(changed).toEqual({ ...DEFAULTS, watch: true });
    // Other defaults later do not change what is set up.
    await settings.changeChannel(
      CHANNEL,
      { style: 'detailed' },
      { ...DEFAULTS, retentionDays: 1 },
      'moderator',
      NOW,
    );
    expect(await settings.channel('discord', 'channel')).toEqual({
      ...DEFAULTS,
      watch: true,
      style: 'detailed',
    });
    expect(await settings.channel('slack', 'channel')).toBeNull();
    expect(await settings.watchedChannels()).toEqual([{ platform: 'discord', channelId: 'channel' }]);
    expect(await settings.hasLeaderboard('discord', 'server')).toBe(false);
    await settings.setLeaderboard('discord', 'server', true, 'owner', NOW);
    expect(await settings.hasLeaderboard('discord', 'server')).toBe(true);
    await settings.setLeaderboard('discord', 'server', false, 'owner', NOW);
    expect(await settings.hasLeaderboard('discord', 'server')).toBe(false);
  });

  it('loses no change of settings that are changed from two processes at once', async () => {
    const config = await stores.makeDatabase();
    const both = [await stores.open({ now }, config), await stores.open({ now }, config)];
    const change = { watch: true, style: 'detailed', keepHistory: true, retentionDays: 7 };
    for (let round = 0; round < 10; round++) {
      const channel = { ...CHANNEL, channelId: `channel ${round}` };
      await Promise.all(
        Object.entries(change).map(([key, value], index) =>
          both[index % 2]!.settings.changeChannel(channel, { [key]: value }, DEFAULTS, 'moderator', NOW),
        ),
      );
      expect(await both[0]!.settings.channel('discord', channel.channelId)).toEqual(change);
    }
  });

  it('keeps no more of the past than the settings allow from now on', async () => {
    const store = await stores.open({ now });
    await store.descriptions.put([
      describedRow({ id: 'a', describedAt: NOW - 3 * DAY, expiresAt: NOW + 27 * DAY }),
      describedRow({ id: 'b', describedAt: NOW - DAY, expiresAt: NOW + DAY }),
      describedRow({ id: 'c', describedAt: NOW - DAY, expiresAt: NOW + 29 * DAY, channelId: 'other' }),
    ]);
    const rows = () => store.descriptions.byReply('reply');
    await store.settings.changeChannel(CHANNEL, { watch: true }, DEFAULTS, 'moderator', NOW);
    expect((await rows()).every(({ text }) => text !== null)).toBe(true);
    await store.settings.changeChannel(CHANNEL, { keepHistory: false }, DEFAULTS, 'moderator', NOW);
    expect((await rows()).map(({ id, text }) => [id, text === null])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
    ]);
    await store.settings.changeChannel(CHANNEL, { retentionDays: 5 }, DEFAULTS, 'moderator', NOW);
    expect((await rows()).map(({ id, expiresAt }) => [id, (expiresAt - NOW) / DAY])).toEqual([
      ['a', 2],
      ['b', 1],
      ['c', 29],
    ]);
    await store.settings.changeChannel(CHANNEL, { retentionDays: 3 }, DEFAULTS, 'moderator', NOW);
    expect((await rows()).map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('gives the newest sample with a value, by subject', async () => {
    const store = await stores.open({ now });
    const sample = {
      source: 'huggingface',
      metric: 'downloads',
      outcome: 'value',
      reason: null,
      rawId: null,
    } as const;
    const at = (time: number) => ({ takenAt: time, slot: time });
    await store.samples.add([
      { ...sample, subject: 'b', value: 5, ...at(NOW - 3) },
      { ...sample, subject: 'b', value: 7.5, ...at(NOW - 2) },
      { ...sample, subject: 'b', value: null, outcome: 'missing', reason: 'HTTP 500', ...at(NOW - 1) },
      { ...sample, subject: 'a', value: 0, ...at(NOW - 9) },
      { ...sample, subject: 'never', value: null, outcome: 'restricted', reason: 'private', ...at(NOW) },
      { ...sample, subject: 'b', metric: 'likes', value: 1, ...at(NOW) },
    ]);
    expect(await store.samples.latest('huggingface', 'downloads')).toEqual([
      { ...sample, subject: 'a', value: 0, ...at(NOW - 9) },
      { ...sample, subject: 'b', value: 7.5, ...at(NOW - 2) },
    ]);
  });
});
