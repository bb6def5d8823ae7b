import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { COMMAND_SPECS } from '../../../src/bots/commands/command-specs.ts';
import { decodeImage } from '../../../src/inference/image/decode-image.ts';
import { picture } from './pictures.ts';
import {
  type Bots,
  button,
  endBots,
  image,
  labels,
  PLACE,
  person,
  type RecordingResponder,
  startBots,
  startTalking,
  texts,
} from './start-bots.ts';

const narration = startTalking();
afterEach(endBots);
afterAll(() => narration.close(0));

const ada = person('ada');
const boss = person('boss', { mayManageChannel: true, mayManageServer: true });

async function describeFor(bots: Bots, id: string, times: number) {
  for (let i = 0; i < times; i++) {
    await bots.run('describe', { images: [image(picture('plain', 10 + i))], person: person(id) });
  }
}

describe('help', () => {
  it.each([
    ['discord', '/describe'],
    ['slack', '/narrate describe'],
  ] as const)('lists all commands as they are typed on %s', async (platform, typed) => {
    const bots = await startBots(narration);
    const { last } = await bots.run('help', { place: { ...PLACE, platform } });
    expect(last.isPrivate).toBe(true);
    const [facts] = texts(last, 'facts');
    expect(facts).toContain(`${typed}: Describe an image`);
    expect(facts!.split('\n')).toHaveLength(COMMAND_SPECS.length);
  });
});

describe('adjectives', () => {
  it('marks them, lists them in words, and counts them', async () => {
    const bots = await startBots(narration);
    const { last } = await bots.run('adjectives', {
      options: { text: 'A red kite over a beautiful beach.' },
    });
    expect(last.isPrivate).toBe(true);
    expect(texts(last)).toEqual([
      'Adjectives',
      'A red kite over a beautiful beach.',
      'Describes (1): red (kite)\nJudges rather than describes (1): beautiful (beach)',
      '2 adjectives in 7 words · 28.6 per 100 words · 1.00 per noun',
    ]);
  });

  it('stays short for the longest text, and refuses a longer one', async () => {
    const bots = await startBots(narration);
    const { last } = await bots.run('adjectives', { options: { text: 'red kite, '.repeat(400) } });
    expect(texts(last).join('').length).toBeLessThan(4000);
    expect(texts(last, 'note')).toContain('340 more adjectives not listed.');
    const long = await bots.run('adjectives', { options: { text: 'x'.repeat(4001) } });
    expect(texts(long.last)[0]).toBe('The option "text" has to be at most 4,000 characters.');
  });
});

describe('settings', () => {
  it('shows the channel’s, and lets only those change them who may manage it', async () => {
    const bots = await startBots(narration);
    const { last } = await bots.run('settings', {});
    expect(texts(last, 'facts')[0]).toContain('Watch: off');
    expect(labels(last)).toEqual([]);
    const refused = await bots.run('settings', { options: { watch: true } });
    expect(texts(refused.last)[0]).toMatch(/^Only people who may manage this channel/);
    expect(bots.commands.isWatched(PLACE)).toBe(false);
  });

  it('are changed by options, by the form and by a button, and say what holds now', async () => {
    const bots = await startBots(narration);
    const saved = await bots.run('settings', { person: boss, options: { watch: 'on', style: 'vivid' } });
    expect(texts(saved.last)[1]).toContain('Watch: on: each posted image');
    const change = button(saved.last, 'settings');
    const form = await bots.commands.formFor({ ...change, person: boss, place: PLACE });
    expect(form!.fields.map(field => [field.name, field.value])).toEqual([
      ['watch', 'on'],
      ['style', 'vivid'],
      ['history', 'off'],
      ['retention', '30'],
    ]);
    expect(await bots.commands.formFor({ ...change, person: ada, place: PLACE })).toBeNull();
    const values = { watch: 'off', style: 'alt', history: 'off', retention: '7' };
    await bots.press(change, { by: boss, values });
    const { responder } = await bots.press(button(saved.last, 'history'), { by: boss });
    expect(texts(responder.last)[1]).toContain('History: on: texts and figures are kept for 7 days');
    expect(await bots.store.settings.channel('discord', 'channel')).toEqual({
      watch: false,
      style: 'alt',
      keepHistory: true,
      retentionDays: 7,
    });
    const bad = await bots.press(change, { by: boss, values: { ...values, retention: '400' } });
    expect(texts(bad.responder.last)[0]).toBe(
      'The option "retention" has to be a whole number from 1 to 365.',
    );
    const described = await bots.run('describe', { images: [image(picture('plain'))] });
    expect(texts(described.last, 'text')).toEqual(['A red kite over a beach.']);
  });

  it('says why a platform has no watch mode', async () => {
    const bots = await startBots(narration);
    bots.port.whyNoWatch = 'It needs an intent.';
    expect(texts((await bots.run('settings')).last, 'note')[0]).toBe('It needs an intent.');
    const { last } = await bots.run('settings', { person: boss, options: { watch: true } });
    expect(texts(last)[0]).toBe('It needs an intent.');
    expect(bots.commands.isWatched(PLACE)).toBe(false);
  });

  it('watches no channel that the bot is not in', async () => {
    const bots = await startBots(narration);
    const place = { ...PLACE, isMember: false };
    const { last } = await bots.run('settings', { person: boss, place, options: { watch: true } });
    expect(texts(last)[0]).toMatch(/add it to the channel first/);
  });
});

describe('privacy', () => {
  it('counts what is kept, and forgets it when that is confirmed', async () => {
    const bots = await startBots(narration);
    const nothing = await bots.run('privacy');
    expect(texts(nothing.last)).toContain('Nothing is kept about you.');
    await describeFor(bots, 'ada', 2);
    const { last } = await bots.run('privacy');
    expect(texts(last, 'facts')[0]).toBe('Figures of descriptions: 2 rows\nReplies with buttons: 2 rows');
    const asked = await bots.press(button(last, 'forget'), { by: ada, messageId: null });
    expect(texts(asked.responder.last)[0]).toMatch(/^This deletes all that is kept about you: 4 rows/);
    expect(await bots.store.people.countRows('discord', 'ada')).not.toEqual({});
    const done = await bots.press(button(asked.responder.last, 'forget-confirm'), { by: ada });
    expect(texts(done.responder.last)[0]).toMatch(/^4 rows about you were deleted/);
    const counts = await bots.store.people.countRows('discord', 'ada');
    expect(Object.values(counts).every(count => count === 0)).toBe(true);
  });

  it('counts neither settings nor the opt-out among what is deleted', async () => {
    const bots = await startBots(narration);
    await bots.run('settings', { person: boss, options: { style: 'alt' } });
    const { last } = await bots.run('privacy', { person: boss, options: { do: 'forget-me' } });
    expect(texts(last)[0]).toMatch(/: 0 rows\. Your name is taken off 1 setting\./);
    const done = await bots.press(button(last, 'forget-confirm'), { by: boss });
    expect(texts(done.responder.last)[0]).toMatch(/^0 rows about you were deleted/);
    const nothing = await bots.run('privacy', { person: boss, options: { do: 'forget-me' } });
    expect(texts(nothing.last)[0]).toBe('Nothing is kept about you that could be deleted.');
    await bots.run('privacy', { person: boss, options: { do: 'opt-out' } });
    await bots.run('settings', { person: boss, options: { style: 'vivid' } });
    await bots.run('leaderboard', { person: boss, options: { enable: true } });
    await bots.run('privacy', { person: boss, options: { do: 'forget-me' } });
    const kept = await bots.store.people.countRows('discord', 'boss');
    expect(kept).toMatchObject({ optOuts: 1, channelSettings: 0, serverSettings: 0 });
    expect(await bots.store.people.hasOptedOut('discord', 'boss')).toBe(true);
  });

  it('opts out and in by option and by button, at once', async () => {
    const bots = await startBots(narration);
    await describeFor(bots, 'ada', 1);
    const out = await bots.run('privacy', { options: { do: 'opt-out' } });
    expect(await bots.store.people.hasOptedOut('discord', 'ada')).toBe(true);
    await describeFor(bots, 'ada', 1);
    expect((await bots.store.people.countRows('discord', 'ada')).descriptions ?? 0).toBe(0);
    await bots.press(button(out.last, 'opt-in'), { by: ada, messageId: null });
    expect(await bots.store.people.hasOptedOut('discord', 'ada')).toBe(false);
    await describeFor(bots, 'ada', 1);
    expect((await bots.store.people.countRows('discord', 'ada')).descriptions).toBe(1);
  });
});

describe('stats', () => {
  it('draw a channel’s density with alt text', async () => {
    const bots = await startBots(narration);
    await describeFor(bots, 'ada', 3);
    const { last } = await bots.run('stats', { options: { days: 7 } });
    expect(last.isPrivate).toBe(false);
    expect(texts(last)[0]).toBe('This channel, the last 7 days');
    expect(texts(last, 'facts')[0]).toContain('Descriptions: 3\nAdjectives a description: 2.0');
    expect(texts(last, 'facts')[0]).toContain('Supported by the picture per 100 words: not measured');
    const chart = last.blocks.find(block => block.type === 'picture')!;
    expect(chart.altText).toMatch(
      /^Line chart: This channel, the last 7 days, adjectives per 100 words, by day from /,
    );
    expect(chart.altText).toMatch(/Adjectives: 28\.6 on .*Supported by the picture: not measured\./);
    const { source } = await decodeImage(chart.png, { name: 'chart' });
    expect(source).toMatchObject({ width: 1120, height: 680 });
  });

  it('say in words what cannot be drawn', async () => {
    const bots = await startBots(narration);
    await describeFor(bots, 'ada', 1);
    // More than are drawn at a time.
    const all = await Promise.all(Array.from({ length: 24 }, () => bots.run('stats')));
    const undrawn = all.filter(({ last }) => !last.blocks.some(({ type }) => type === 'picture'));
    expect(undrawn).toHaveLength(4);
    expect(texts(undrawn[0]!.last, 'text')[0]).toMatch(/^Line chart: This channel/);
    expect(bots.lines.filter(({ message }) => message === 'a chart could not be drawn')).toHaveLength(4);
  });

  it('say that nothing was described', async () => {
    const bots = await startBots(narration);
    const { last } = await bots.run('stats');
    expect(texts(last)[1]).toMatch(/^Nothing was described in the last 30 days/);
  });

  it('show one’s own figures to oneself, and others’ only with a leaderboard', async () => {
    const bots = await startBots(narration);
    await describeFor(bots, 'ada', 1);
    const own = await bots.run('stats', { options: { of: 'person' } });
    expect(own.last.isPrivate).toBe(true);
    expect(texts(own.last, 'facts')[0]).toContain('Descriptions: 1');
    const ask = () => bots.run('stats', { person: boss, options: { of: 'person', person: 'ada' } });
    expect(texts((await ask()).last)[0]).toMatch(/^Figures of other people are shown only/);
    await bots.run('leaderboard', { person: boss, options: { enable: true } });
    expect(texts((await ask()).last, 'facts')[0]).toContain('Descriptions: 1');
    await bots.run('privacy', { options: { do: 'opt-out' } });
    expect(texts((await ask()).last)[0]).toMatch(/not of people who opted out/);
  });

  it('are of the model that described most, or of the one that is named', async () => {
    const bots = await startBots(narration);
    await describeFor(bots, 'ada', 1);
    const most = await bots.run('stats', { options: { of: 'model' } });
    expect(texts(most.last)[0]).toBe('Model talker, the last 30 days');
    const other = await bots.run('stats', { options: { model: 'other' } });
    expect(texts(other.last)[1]).toMatch(/^Nothing was described/);
    const elsewhere = { ...PLACE, serverId: 'elsewhere', channelId: 'c2' };
    const there = await bots.run('stats', { options: { model: 'talker' }, place: elsewhere });
    expect(texts(there.last)[1]).toMatch(/^Nothing was described/);
  });
});

describe('the leaderboard', () => {
  it('is off until someone who may manage the server turns it on', async () => {
    const bots = await startBots(narration);
    expect(texts((await bots.run('leaderboard')).last)[0]).toMatch(/^This server has no leaderboard/);
    const refused = await bots.run('leaderboard', { options: { enable: true } });
    expect(texts(refused.last)[0]).toMatch(/^Only people who may manage the server/);
    const on = await bots.run('leaderboard', { person: boss, options: { enable: true } });
    expect(texts(on.last)[0]).toMatch(/^The leaderboard of this server is on/);
    expect(texts((await bots.run('leaderboard')).last)[1]).toMatch(
      /^Nobody’s pictures were described 3 times/,
    );
    await bots.run('leaderboard', { person: boss, options: { enable: false } });
    expect(texts((await bots.run('leaderboard')).last)[0]).toMatch(/^This server has no leaderboard/);
    const direct = await bots.run('leaderboard', { place: { ...PLACE, serverId: null } });
    expect(texts(direct.last)[0]).toMatch(/ask for it in one/);
  });

  it('lists who has enough descriptions and did not opt out, under clean names', async () => {
    const bots = await startBots(narration);
    await bots.run('leaderboard', { person: boss, options: { enable: true } });
    const at = Date.now();
    const row = (authorId: string, n: number, supportedPer100Words: number) => ({
      id: `${authorId}-${n}`,
      replyId: `${authorId}-${n}`,
      platform: 'discord' as const,
      serverId: 'server',
      channelId: 'channel',
      requesterId: authorId,
      authorId,
      engine: 'embedded',
      model: 'm',
      style: 'brief',
      words: 50,
      adjectives: 9,
      supported: 7,
      contradicted: 0,
      uncheckable: 2,
      supportedPer100Words,
      interpretive: 0,
      engineMs: 5,
      totalMs: 6,
      describedAt: at,
      text: null,
      expiresAt: at + 1e9,
    });
    await bots.store.descriptions.put([
      ...[1, 2, 3].map(n => row('ada', n, 14)),
      ...[1, 2, 3].map(n => row('ben', n, 16)),
      ...[1, 2].map(n => row('cat', n, 99)),
      ...[1, 2, 3].map(n => row('dan', n, 50)),
    ]);
    await bots.run('privacy', { person: person('dan'), options: { do: 'opt-out' } });
    bots.port.names.set('ben', `B\u202een ${'x'.repeat(80)}`);
    const { last } = await bots.run('leaderboard');
    const lines = texts(last, 'facts')[0]!.split('\n');
    expect(lines).toEqual([
      expect.stringMatching(
        /^1\. B en x{30,40}…: 16\.0 supported adjectives per 100 words · 3 descriptions$/,
      ),
      '2. Somebody: 14.0 supported adjectives per 100 words · 3 descriptions',
    ]);
  });
});

describe('goals and benchmark', () => {
  it('show what was measured, and say what was not', async () => {
    const at = Date.UTC(2026, 10, 24);
    const bots = await startBots(narration, {
      readGoals: async () => [
        {
          name: 'Downloads',
          target: 10_000,
          unit: 'downloads',
          dueAt: Date.UTC(2026, 11, 31),
          latest: { value: 1234, takenAt: at, source: 'huggingface' },
          remarks: ['12 a day.', 'Went down.'],
        },
        { name: 'Stars', target: 500, unit: 'stars', dueAt: null, latest: null, remarks: [] },
      ],
    });
    expect(texts((await bots.run('goals')).last, 'facts')).toEqual([
      'Downloads: 1,234 of more than 10,000 downloads by 2026-12-31 (12 %) · huggingface, 2026-11-24 · 12 a day. Went down.\nStars: not measured yet, of more than 500 stars',
    ]);
    const nothing = await bots.run('benchmark');
    expect(texts(nothing.last)[1]).toMatch(/^Nothing was measured since /);
    expect(texts(nothing.last)[2]).toMatch(/No benchmark run, .* has been made here yet/);
    await describeFor(bots, 'ada', 1);
    expect(texts((await bots.run('benchmark')).last)[1]).toMatch(
      /^talker \(talking\): measured by this service on 1 description · 2\.0 adjectives a description · .* · median \d+ ms$/,
    );
  });

  it('show the newest benchmark run before the figures of everyday use, and do without one that is damaged', async () => {
    const rows = Array.from({ length: 12 }, (_, index) => [`model ${index}`, '21.1 (18.2 to 24.0)', '130']);
    const bots = await startBots(narration, {
      readBenchmark: async () => ({
        title: 'NoCaps validation, all',
        madeAt: Date.UTC(2026, 10, 25),
        source: 'Run 2026-11-25-nocaps-1a2b3c, 500 images',
        columns: ['Contender', 'Supported adjectives, per 100 words ↑', 'Time, median, ms ↓'],
        rows,
        notes: ['Means over the images, with 95 % intervals.'],
      }),
    });
    const shown = texts((await bots.run('benchmark')).last);
    expect(shown[0]).toBe('Benchmark of 2026-11-25: NoCaps validation, all');
    expect(shown[1]!.split('\n')).toHaveLength(10);
    expect(shown[1]).toMatch(
      /^model 0: Supported adjectives, per 100 words ↑: 21\.1 \(18\.2 to 24\.0\) · Time, median, ms ↓: 130\n/,
    );
    expect(shown[2]).toBe(
      'Run 2026-11-25-nocaps-1a2b3c, 500 images. 2 contenders more in its report. Means over the images, with 95 % intervals.',
    );
    expect(shown.at(-1)).not.toMatch(/No benchmark run/);

    const damaged = await startBots(narration, {
      readBenchmark: () => Promise.reject(new Error('a damaged file')),
    });
    expect(texts((await damaged.run('benchmark')).last)[0]).toMatch(/^Everyday use/);
  });

  it('say that there are no goals', async () => {
    const bots = await startBots(narration);
    expect(texts((await bots.run('goals')).last)[1]).toBe('No goals are set.');
  });
});

describe('limits', () => {
  it('count images a person, a channel and a server, and say when to try again', async () => {
    const bots = await startBots(narration, {
      bots: { perPersonPerMinute: 2, perChannelPerMinute: 3, perServerPerMinute: 4 },
    });
    const ask = async (id: string, place = PLACE, count = 1) => {
      const images = Array.from({ length: count }, (_, n) => image(picture('plain', 30 + n), `i${n}`));
      return texts((await bots.run('describe', { person: person(id), place, images })).last)[0];
    };
    expect(await ask('ada', PLACE, 2)).toBe('AI description 1 of 2');
    const refusal = await ask('ada');
    expect(refusal).toMatch(
      /^Too many images were asked for here within a minute: try again in \d+ seconds\.$/,
    );
    expect(await ask('ben')).toBe('AI description');
    expect(await ask('cat')).toMatch(/^Too many images/);
    const next = { ...PLACE, channelId: 'next' };
    expect(await ask('cat', next)).toBe('AI description');
    expect(await ask('dan', next)).toMatch(/^Too many images/);
    expect(await ask('dan', { ...next, serverId: 'other' })).toBe('AI description');
  });

  it('let a person ask for much else, but not without end', async () => {
    const bots = await startBots(narration);
    const responders: RecordingResponder[] = [];
    for (let i = 0; i < 45; i++) responders.push(await bots.run('help'));
    const refused = responders.filter(({ last }) => /^That was too much/.test(texts(last)[0]!));
    expect(refused).toHaveLength(5);
  });
});

it('shows a person’s figures and wishes on one page', async () => {
  const bots = await startBots(narration);
  await describeFor(bots, 'ada', 2);
  const home = await bots.commands.homeOf(ada, 'discord', 'server');
  expect(texts(home, 'facts')[0]).toContain('Descriptions: 2');
  expect(labels(home)).toEqual(['Opt out', 'Forget me']);
});
