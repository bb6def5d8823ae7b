import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { picture } from './pictures.ts';
import {
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
const FIGURES = /^2 adjectives in 7 words · \d+ ms · talker$/;

describe('describe', () => {
  it('answers with the label, the short text and the figures, in this order, and the buttons', async () => {
    const bots = await startBots(narration);
    const { shown } = await bots.run('describe', { images: [image(picture('plain'))] });
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({
      isPrivate: false,
      blocks: [
        { type: 'heading', text: 'AI description' },
        { type: 'text', text: 'A red kite over a quiet beach.' },
        { type: 'note', text: expect.stringMatching(FIGURES) },
      ],
    });
    expect(shown[0]!.actions.map(row => row.map(({ label }) => label))).toEqual([
      ['More detail', 'Alt text', 'Show adjectives'],
      ['Try again', 'Report', 'Delete'],
    ]);
  });

  it('counts what was described, what could not be, and the replies', async () => {
    const counted: unknown[][] = [];
    const metrics = {
      described: (...of: unknown[]) => counted.push(['described', ...of]),
      replied: (...of: unknown[]) => counted.push(['replied', ...of]),
    };
    const bots = await startBots(narration, { metrics });
    const broken = { ...image(picture('plain')), read: () => Promise.reject(new Error('gone')) };
    await bots.run('describe', { images: [image(picture('plain')), broken] });
    const { platform } = PLACE;
    expect(counted).toEqual([
      ['described', platform, 'embedded', expect.any(Number)],
      ['described', platform, 'embedded', null],
      ['replied', platform, expect.any(Number)],
    ]);
  });

  it('takes the style that is asked for', async () => {
    const bots = await startBots(narration);
    const images = [image(picture('plain'))];
    const { last } = await bots.run('describe', { images, options: { style: 'vivid' } });
    expect(texts(last, 'text')[0]).toMatch(/^A bright red kite/);
    expect(labels(last)[0]).toBe('Shorter');
  });

  it('says what is wrong with an option, and what is missing', async () => {
    const bots = await startBots(narration);
    const images = [image(picture('plain'))];
    const say = async (options: Record<string, string>, given = images) =>
      texts((await bots.run('describe', { images: given, options })).last)[0];
    expect(await say({ style: 'loud' })).toBe('The option "style" has to be one of vivid, brief, alt.');
    expect(await say({ engine: 'other' })).toBe('The option "engine" has to be one of embedded.');
    expect(await say({}, [])).toBe('Attach an image, or give the address of one.');
  });

  it('keeps the figures, the place and no text', async () => {
    const bots = await startBots(narration);
    const { last } = await bots.run('describe', { images: [image(picture('plain'))] });
    const { target } = button(last, 'more');
    expect(await bots.store.replies.get(target)).toMatchObject({
      requesterId: 'ada',
      messageId: 'reply',
      state: { kind: 'description', style: 'brief', reference: { kind: 'once' } },
    });
    const [row] = await bots.store.descriptions.byReply(target);
    expect(row).toMatchObject({ words: 7, adjectives: 2, supported: null, text: null, style: 'brief' });
    expect(await bots.store.pending.list('discord', 10)).toEqual([]);
  });

  it('keeps the text where the channel keeps history', async () => {
    const bots = await startBots(narration);
    const boss = person('boss', { mayManageChannel: true });
    await bots.run('settings', { person: boss, options: { history: true, retention: 2 } });
    const { last } = await bots.run('describe', { images: [image(picture('plain'))] });
    const [row] = await bots.store.descriptions.byReply(button(last, 'more').target);
    expect(row).toMatchObject({ text: 'A red kite over a quiet beach.' });
    expect(row!.expiresAt - row!.describedAt).toBeLessThanOrEqual(2 * 86_400_000);
  });

  it('numbers several images in one reply, tells how many it left out, and goes on when one fails', async () => {
    const bots = await startBots(narration);
    const port = bots.port;
    const images = ['plain', 'faulty', 'counting', 'plain', 'plain', 'plain'].map((talk, index) =>
      image(picture(talk as 'plain', 9 + index), `i${index}`),
    );
    const responder = new RecordingResponder();
    const post = port.post('p', ben, images);
    const receivedAt = performance.now();
    await bots.commands.describePost({ person: ada, place: PLACE, port, responder, receivedAt, post });
    const [reply] = responder.shown;
    expect(texts(reply!, 'heading')).toEqual([1, 2, 3, 4].map(n => `AI description ${n} of 4`));
    expect(texts(reply!, 'text')[1]).toMatch(/^Not described: The bot could not do this/);
    expect(texts(reply!).join()).not.toContain('secret');
    expect(texts(reply!, 'note').at(-1)).toBe(
      '2 more images were left out: at most 4 of a message are described.',
    );
    expect(await bots.store.descriptions.byReply(button(reply!, 'more').target)).toHaveLength(3);
  });

  it('keeps long texts within what platforms take, at a sentence’s end', async () => {
    const bots = await startBots(narration);
    const length = async (style: string) => {
      const { last } = await bots.run('describe', { images: [image(picture('long'))], options: { style } });
      const [text] = texts(last, 'text');
      expect(text).toMatch(/[.]$/);
      return text!.length;
    };
    expect(await length('brief')).toBeLessThanOrEqual(1000);
    expect(await length('vivid')).toBeGreaterThan(2900);
    expect(await length('vivid')).toBeLessThanOrEqual(3000);
    const images = [1, 2, 3, 4].map(n => image(picture('long', 20 + n), `i${n}`));
    const { last } = await bots.run('describe', { images, options: { style: 'vivid' } });
    expect(texts(last, 'text').join('').length).toBeLessThanOrEqual(3500);
  });
});

it('answers all of many that come at once', async () => {
  const bots = await startBots(narration, {
    bots: { perChannelPerMinute: 1000, perServerPerMinute: 1000 },
  });
  const all = await Promise.all(
    Array.from({ length: 90 }, (_, n) =>
      bots.run('describe', {
        images: [image(picture('plain', 100 + n))],
        person: person(`p${n}`),
        place: { ...PLACE, channelId: `c${n % 3}` },
      }),
    ),
  );
  for (const { last } of all) expect(texts(last, 'text')).toEqual(['A red kite over a quiet beach.']);
  expect(await bots.store.pending.list('discord', 10)).toEqual([]);
});

describe('a growing text', () => {
  it('is shown clean and in whole words, and nothing comes after the finished one', async () => {
    const bots = await startBots(narration);
    const { shown } = await bots.run('describe', { images: [image(picture('growing'))] });
    const said = shown.map(reply => texts(reply, 'text')[0]);
    expect(said.at(-1)).toBe('A red kite over a quiet beach.');
    expect(said.length).toBeGreaterThan(2);
    for (const text of said.slice(0, -1))
      expect(text).toMatch(/^(A|A red kite over a|A red kite over a quiet beach\.)…$/);
    for (const reply of shown.slice(0, -1)) expect(reply).toMatchObject({ isGrowing: true, actions: [] });
    expect(shown.at(-1)!.isGrowing).toBeUndefined();
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(shown).toHaveLength(said.length);
  });

  it('comes no more often than told', async () => {
    const bots = await startBots(narration, { editIntervalMs: 5000 });
    const { shown } = await bots.run('describe', { images: [image(picture('growing', 9))] });
    expect(shown).toHaveLength(2);
  });

  it('goes on when an edit fails', async () => {
    const bots = await startBots(narration);
    const responder = new RecordingResponder();
    responder.failures = 1;
    const post = bots.port.post('p', ben, [image(picture('growing', 10))]);
    const receivedAt = performance.now();
    await bots.commands.describePost({
      person: ada,
      place: PLACE,
      port: bots.port,
      responder,
      receivedAt,
      post,
    });
    expect(texts(responder.last, 'text')).toEqual(['A red kite over a quiet beach.']);
    expect(bots.lines.map(({ message }) => message)).toContain('an edit of a growing reply failed');
  });
});
