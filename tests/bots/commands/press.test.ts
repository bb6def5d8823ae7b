import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createNarrationService } from '../../../src/inference/narration-service.ts';
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
  TALKING_CHILD,
  texts,
} from './start-bots.ts';

const narration = startTalking();
afterEach(endBots);
afterAll(() => narration.close(0));

const ada = person('ada');
const ben = person('ben');
const cat = person('cat');
const moderator = person('moderator', { mayModerate: true });

/** Ada has an image of Ben's described. */
async function describePost(bots: Bots, talk: Parameters<typeof picture>[0] = 'plain', by = ada) {
  const responder = new RecordingResponder();
  const post = bots.port.post('post', ben, [image(picture(talk))]);
  const receivedAt = performance.now();
  await bots.commands.describePost({
    person: by,
    place: PLACE,
    port: bots.port,
    responder,
    receivedAt,
    post,
  });
  return responder.last;
}

const LONG = 'A bright red kite flies over a quiet, wide beach. The sky is blue and beautiful.';
const SHORT = 'A red kite over a quiet beach.';

describe('More detail and Shorter', () => {
  it.each([ada, ben, moderator])('change the reply for $id', async by => {
    const bots = await startBots(narration);
    const reply = await describePost(bots);
    const more = await bots.press(button(reply, 'more'), { by });
    expect(more.responder.shown).toEqual([]);
    expect(texts(more.origin.last, 'text')).toEqual([LONG]);
    expect(labels(more.origin.last)[0]).toBe('Shorter');
    const [row] = await bots.store.descriptions.byReply(button(reply, 'more').target);
    expect(row).toMatchObject({ style: 'vivid', requesterId: 'ada', authorId: 'ben' });
    const shorter = await bots.press(button(more.origin.last, 'shorter'), { by });
    expect(texts(shorter.origin.last, 'text')).toEqual([SHORT]);
  });

  it('give everybody else a private copy, whose button changes the copy alone', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots);
    const { origin, responder } = await bots.press(button(reply, 'more'), { by: cat });
    expect(origin.shown).toEqual([]);
    expect(responder.last).toMatchObject({ isPrivate: true });
    expect(texts(responder.last, 'text')).toEqual([LONG]);
    expect(labels(responder.last)).toEqual(['Shorter', 'Alt text']);
    const again = await bots.press(button(responder.last, 'shorter'), { by: cat, messageId: null });
    expect(again.origin.last).toMatchObject({ isPrivate: true });
    expect(texts(again.origin.last, 'text')).toEqual([SHORT]);
    const [row] = await bots.store.descriptions.byReply(button(reply, 'more').target);
    expect(row).toMatchObject({ style: 'brief' });
  });

  it('work after a restart', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots);
    const { origin } = await bots.restart().press(button(reply, 'more'), { by: ada });
    expect(texts(origin.last, 'text')).toEqual([LONG]);
  });

  it('work after a restart with another engine', async () => {
    const other = createNarrationService({
      engines: [{ engine: 'openai', baseUrl: 'http://127.0.0.1:1/v1', model: 'other' }],
      env: process.env,
      entry: TALKING_CHILD,
    });
    try {
      const bots = await startBots(narration);
      const reply = await describePost(bots);
      const restarted = bots.restart({ narration: other, engines: ['openai'] });
      const { origin } = await restarted.press(button(reply, 'more'), { by: ada });
      expect(texts(origin.last, 'text')).toEqual([LONG]);
      expect(texts(origin.last, 'note')[0]).toMatch(/ · other$/);
    } finally {
      await other.close(0);
    }
  });

  it('change a reply whose id the platform did not tell', async () => {
    const bots = await startBots(narration);
    const responder = new RecordingResponder(null);
    const post = bots.port.post('post', ben, [image(picture('plain'))]);
    const call = { person: ada, place: PLACE, port: bots.port, receivedAt: performance.now(), post };
    await bots.commands.describePost({ ...call, responder });
    const more = button(responder.last, 'more');
    const { origin } = await bots.press(more, { by: ada, messageId: 'told now' });
    expect(origin.last.isPrivate).toBe(false);
    expect(labels(origin.last)).toContain('Delete');
    expect(await bots.store.replies.get(more.target)).toMatchObject({
      messageId: 'told now',
      state: { style: 'vivid' },
    });
  });

  it('count when they are pressed before the reply is known to stand', async () => {
    const bots = await startBots(narration);
    const responder = new RecordingResponder();
    const show = responder.show.bind(responder);
    responder.show = async reply => {
      const sent = await show(reply);
      if (labels(reply).includes('More detail')) await bots.press(button(reply, 'more'), { by: ada });
      return sent;
    };
    const post = bots.port.post('post', ben, [image(picture('plain'))]);
    const receivedAt = performance.now();
    await bots.commands.describePost({
      person: ada,
      place: PLACE,
      port: bots.port,
      responder,
      receivedAt,
      post,
    });
    const [row] = await bots.store.descriptions.byReply(button(responder.last, 'more').target);
    expect(row).toMatchObject({ style: 'vivid' });
  });

  it('put back what stood there when they fail half way', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots, 'breaking');
    const { origin, responder } = await bots.press(button(reply, 'more'), { by: ada });
    expect(texts(origin.shown[0]!, 'text')).toEqual(['A bright red kite…']);
    expect(origin.last).toEqual(reply);
    expect(texts(responder.last)[0]).toBe('The model took too long: try again in a moment.');
    const late = await bots.restart().press(button(reply, 'more'), { by: ada });
    expect(labels(late.origin.last)).toEqual(labels(reply));
  });

  it('say so when the image is gone, was not kept, or the reply is not known', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots);
    bots.port.posts.clear();
    const gone = await bots.press(button(reply, 'more'), { by: ada });
    expect(texts(gone.responder.last)[0]).toBe('The message is gone: post the image again.');
    const { last } = await bots.run('describe', { images: [image(picture('plain'))] });
    const inMemory = await bots.press(button(last, 'more'), { by: ada });
    expect(texts(inMemory.origin.last, 'text')).toEqual([LONG]);
    const notKept = await bots.restart().press(button(last, 'more'), { by: ada });
    expect(texts(notKept.responder.last)[0]).toMatch(/was not kept: run the command with it again/);
    const unknown = await bots.press({ action: 'more', target: 'nothing' }, { by: ada });
    expect(texts(unknown.responder.last)[0]).toMatch(/^The bot no longer knows this description/);
  });
});

describe('Alt text', () => {
  it('is private and ready to copy', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots);
    const { responder } = await bots.press(button(reply, 'alt'), { by: cat });
    expect(responder.last).toEqual({
      isPrivate: true,
      blocks: [
        { type: 'heading', text: 'Alt text' },
        { type: 'copy', text: 'A red kite over a beach.' },
      ],
      actions: [],
    });
  });

  it('is cut at a sentence’s end to 1,000 characters', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots, 'long');
    const { responder } = await bots.press(button(reply, 'alt'), { by: cat });
    const [text] = texts(responder.last, 'copy');
    expect(text!.length).toBeGreaterThan(950);
    expect(text!.length).toBeLessThanOrEqual(1000);
    expect(text).toMatch(/beach\.$/);
  });
});

describe('Show adjectives', () => {
  it('marks what the reply said, and says the same in words', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots, 'counting');
    const { responder } = await bots.press(button(reply, 'adjectives'), { by: cat });
    const { isPrivate, blocks } = responder.last;
    expect(isPrivate).toBe(true);
    const marked = blocks.find(block => block.type === 'marked')!;
    expect(marked.spans.map(({ text }) => text).join('')).toBe(texts(reply, 'text')[0]);
    expect(marked.spans.filter(({ mark }) => mark).map(({ text }) => text)).toEqual(['red', 'quiet']);
    expect(texts(responder.last, 'text')).toEqual(['Cannot be checked (2): red (kite), quiet (beach)']);
    expect(texts(responder.last, 'note')).toEqual([]);
  });

  it('tells after a restart whether these are other words', async () => {
    const bots = await startBots(narration);
    const fresh = startTalking();
    try {
      const counted = await describePost(bots, 'counting');
      const plain = await describePost(bots, 'plain');
      const restarted = bots.restart({ narration: fresh });
      bots.port.post('post', ben, [image(picture('plain'))]);
      const same = await restarted.press(button(plain, 'adjectives'), { by: cat });
      expect(texts(same.responder.last, 'note')).toEqual([]);
      const other = await restarted.press(button(counted, 'adjectives'), { by: cat });
      expect(texts(other.responder.last, 'note')[0]).toMatch(/written anew and may differ/);
    } finally {
      await fresh.close(0);
    }
  });
});

describe('Try again', () => {
  it('asks the engine afresh, and keeps what it says', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots, 'counting');
    const [before] = texts(reply, 'text');
    const { origin, responder } = await bots.press(button(reply, 'again'), { by: ada });
    expect(texts(origin.last, 'text')[0]).toMatch(/Number \d+\.$/);
    expect(texts(origin.last, 'text')[0]).not.toBe(before);
    expect(responder.shown).toEqual([]);
  });

  it('asks the next engine where there are several', async () => {
    const two = createNarrationService({
      engines: [
        { engine: 'embedded', cacheFolder: null },
        { engine: 'openai', baseUrl: 'http://127.0.0.1:1/v1', model: 'second' },
      ],
      env: process.env,
      entry: TALKING_CHILD,
    });
    try {
      const bots = await startBots(two, { engines: ['embedded', 'openai'] });
      const reply = await describePost(bots);
      const { origin, responder } = await bots.press(button(reply, 'again'), { by: ada });
      expect(texts(origin.last, 'note')[0]).toMatch(/ · second$/);
      expect(texts(responder.last)).toEqual(['Another engine says the same of this picture.']);
      const back = await bots.press(button(reply, 'again'), { by: ada });
      expect(texts(back.origin.last, 'note')[0]).toMatch(/ · talker$/);
    } finally {
      await two.close(0);
    }
  });

  it('says privately when the words are the same', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots);
    const { responder } = await bots.press(button(reply, 'again'), { by: ada });
    expect(responder.last).toMatchObject({ isPrivate: true });
    expect(texts(responder.last)).toEqual(['Asked again, it says the same of this picture.']);
  });
});

describe('Report', () => {
  it('has a form, is stored with what the reply said, and is thanked for', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots);
    const { action, target } = button(reply, 'report');
    const form = await bots.commands.formFor({ action, target, person: cat, place: PLACE });
    expect(form).toMatchObject({
      action: 'report',
      target,
      fields: [{ name: 'reason' }, { name: 'comment' }],
    });
    expect(form!.title.length).toBeLessThanOrEqual(24);
    const values = { reason: 'wrong', comment: `It is a \u202egull. ${'x'.repeat(600)}` };
    const { responder } = await bots.press(button(reply, 'report'), { by: cat, values });
    expect(responder.last).toMatchObject({ isPrivate: true });
    expect(texts(responder.last)[0]).toMatch(/^Thank you/);
    const [report] = await bots.store.reports.list(10);
    expect(report).toMatchObject({
      replyId: target,
      reporterId: 'cat',
      authorId: 'ben',
      reason: 'wrong',
      text: SHORT,
      model: 'talker',
    });
    expect(report!.comment.length).toBeLessThanOrEqual(500);
    expect(report!.comment).toMatch(/^It is a gull/);
  });

  it('needs a reason', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots);
    const { responder } = await bots.press(button(reply, 'report'), { by: cat, values: { reason: 'x' } });
    expect(texts(responder.last)[0]).toMatch(/^Choose what is wrong/);
    expect(await bots.store.reports.list(10)).toEqual([]);
  });
});

describe('Delete', () => {
  it.each([ada, ben, moderator])('takes the message and its rows away for $id', async by => {
    const bots = await startBots(narration);
    const reply = await describePost(bots);
    await bots.press(button(reply, 'delete'), { by });
    expect(bots.port.deleted).toEqual(['channel/reply']);
    const { target } = button(reply, 'delete');
    expect(await bots.store.replies.get(target)).toBeNull();
    expect(await bots.store.descriptions.byReply(target)).toEqual([]);
  });

  it('is refused to others, and says who can', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots);
    const { responder } = await bots.press(button(reply, 'delete'), { by: cat });
    expect(responder.last.isPrivate).toBe(true);
    expect(texts(responder.last)[0]).toMatch(/^Only whoever asked/);
    expect(bots.port.deleted).toEqual([]);
    expect(await bots.store.replies.get(button(reply, 'delete').target)).not.toBeNull();
  });
});

describe('a failure', () => {
  it('is told with an id that is in the log, without what is the operator’s', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots, 'faulty');
    expect(reply.isPrivate).toBe(true);
    expect(texts(reply).join()).not.toMatch(/secret|srv/);
    const id = /r-[a-z0-9]{5}/.exec(texts(reply, 'note')[0]!)![0];
    const line = bots.lines.find(({ fields }) => fields.id === id)!;
    expect(line).toMatchObject({ level: 'error', fields: { code: 'model-missing', what: 'shortcut' } });
    expect(JSON.stringify(line.fields)).toContain('/srv/secret/model');
    expect(labels(reply)).toEqual([]);
  });

  it('has a button that tries again where that may help, also after a restart', async () => {
    const bots = await startBots(narration);
    const reply = await describePost(bots, 'once');
    expect(texts(reply)[0]).toBe('The model cannot be reached at the moment: try again in a few minutes.');
    const again = button(reply, 'again');
    const { responder, origin } = await bots.restart().press(again, { by: ada, messageId: null });
    expect(responder.last).toMatchObject({ isPrivate: false });
    expect(texts(responder.last, 'text')).toEqual([SHORT]);
    expect(origin.withdrawn).toBe(1);
    expect(await bots.store.replies.get(again.target)).toBeNull();
  });
});
