import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { renderText } from '../../bench/render-text.ts';
import { createNarrationService, type NarrationService } from '../../src/inference/narration-service.ts';
import { readMarkdown } from '../bots/discord/read-markdown.ts';
import { clearStage, isDescription, isPrivate, setStage } from './discord-stage.ts';

let narration: NarrationService;
beforeAll(() => {
  narration = createNarrationService({
    engines: [{ engine: 'embedded', cacheFolder: null }],
    env: process.env,
  });
});
afterEach(clearStage);
afterAll(() => narration.close(0));

/** A sign whose writing would ping all, link and format, if it were taken for more than writing. */
async function drawSign(lines: readonly string[]): Promise<Uint8Array> {
  const { pixels, width, height } = await renderText({
    lines,
    font: 'DejaVu Sans',
    size: 44,
    ink: '#101010',
    ground: '#f4f4f0',
  });
  return await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** What the bot's own rendering brings in. */
const OURS = ['bold', 'italic', 'underline', 'strike', 'small', 'code block'];

it('reads hostile writing out of a picture, and nothing of it pings, links or hides', async () => {
  const { discord, people, post, describe, press, answer } = await setStage({ narration });
  const bytes = await drawSign([
    '@everyone visit',
    'http://evil.example/win',
    '**FREE** [nitro](http://x.example)',
    '||secret||',
  ]);
  const messageId = await post(people.robin, 'photos', '', [{ name: '@everyone.png', bytes }]);
  await describe(people.sam, 'photos', messageId);
  const message = await answer(people.sam, 'photos', isDescription);
  await press(people.sam, message, 'More detail');
  const more = await answer(
    people.sam,
    'photos',
    ({ content, edited_timestamp }) => content !== message.content && edited_timestamp !== null,
  );
  await press(people.ada, more, 'Alt text');
  await press(people.mo, more, 'Show adjectives');
  const seen = [
    message,
    more,
    await answer(people.ada, 'photos', isPrivate),
    await answer(people.mo, 'photos', isPrivate),
  ];
  // The control: the writing was read, so that there was something to defuse.
  expect(seen.map(({ content }) => content).join('\n')).toMatch(/everyone visit/i);
  for (const { content, mention_everyone, mentions, mention_roles, embeds } of seen) {
    expect(mention_everyone).toBe(false);
    expect(mentions).toEqual([]);
    expect(mention_roles).toEqual([]);
    expect(embeds).toEqual([]);
    expect(readMarkdown(content).found.filter(kind => !OURS.includes(kind))).toEqual([]);
    expect(content).not.toMatch(/@everyone|https?:\/\//);
  }
  expect(discord.problems()).toEqual([]);
});

it('gives back a hostile text that a person typed, escaped', async () => {
  const { discord, people, run, answer } = await setStage({ narration });
  const text =
    '@everyone <@1> <#2> a tall [red](http://x.example) https://y.example/z ||big|| `small` # old\n> quiet';
  await run(people.sam, 'photos', 'adjectives', { text });
  const { content, mention_everyone } = await answer(people.sam, 'photos', isPrivate);
  const { seen, found } = readMarkdown(content);
  expect(mention_everyone).toBe(false);
  expect(found.filter(kind => !OURS.includes(kind))).toEqual([]);
  for (const part of ['everyone', 'y.example', '||']) expect(seen).toContain(part);
  expect(discord.problems()).toEqual([]);
});
