import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toOwnPost } from '../../../src/launch/x/match-post.ts';
import { renderText } from '../../../src/sandbox/x/x-world.ts';

const MEDIA = [[], ['7']] as const;

/** A post as X gives it. */
const postOf = (text: string, mediaIds: readonly string[] = [], id = '100') => {
  const rendered = renderText({ id, text, mediaIds, replyTo: null, conversation: id, createdAt: 0 });
  return toOwnPost({ id, text: rendered.text, entities: { urls: rendered.urls } });
};

const piece = fc.oneof(
  fc.constantFrom(
    '&',
    '<',
    '>',
    '&amp;',
    ' ',
    '\n\n',
    '4.7',
    'é',
    'e\u0301',
    '🖼️',
    '"',
    '…',
    '.',
    '/',
    '#tag',
    '@narrator',
  ),
  fc.constantFrom(
    ' https://example.org ',
    ' https://Example.org/A?b=1&c=2 ',
    ' example.com ',
    ' http://a.example/x/ ',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const text = fc
  .array(piece, { minLength: 1, maxLength: 8 })
  .map(pieces => pieces.join(''))
  .filter(joined => joined.trim() !== '');

describe('a post of ours', () => {
  it('is known by its text, whatever X makes of it', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...MEDIA), (said, media) => {
        expect(postOf(said, media).says(said)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is not taken for another: one that differs, by a character for example', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.constantFrom(...MEDIA), (said, at, media) => {
        const characters = [...said.trim().normalize('NFC')];
        const index = at % characters.length;
        // Blanks at the ends are X's to take off.
        const other = characters.with(index, characters[index] === '¤' ? '×' : '¤').join('');
        expect(postOf(said, media).says(other)).toBe(false);
        expect(postOf(said, media).says(`${said.trim()} and more`)).toBe(false);
        expect(postOf(`${said.trim()} and more`, media).says(said)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('is known with the addresses as X writes them', () => {
    const urls = [
      { url: 'https://t.co/abc', expanded_url: 'http://example.com/' },
      { url: 'https://t.co/abcdef', expanded_url: 'https://example.org/a?b=1&c=2' },
      { url: 'https://t.co/pic', expanded_url: 'https://x.com/n/status/1/photo/1', media_key: '3_1' },
    ];
    const post = toOwnPost({
      id: '1',
      text: 'Tom &amp; Jo &lt;3 https://t.co/abc, https://t.co/abcdef. https://t.co/pic',
      entities: { urls },
    });
    expect(post.says('Tom & Jo <3 example.com, https://example.org/a?b=1&c=2.')).toBe(true);
    expect(post.says('Tom & Jo <3 Example.com, https://example.org/a?b=1&c=2.\n')).toBe(true);
    expect(post.says('Tom & Jo <3 example.net, https://example.org/a?b=1&c=2.')).toBe(false);
    expect(post.says('Tom & Jo <3 example.com, https://example.org/a?b=1&c=3.')).toBe(false);
    expect(post.says('Tom & Jo &lt;3 example.com, https://example.org/a?b=1&c=2.')).toBe(false);
  });

  it('says what it answers, by the names of the guide and of the description', () => {
    const bare = { id: '5', text: 'x' };
    const reply = [{ type: 'replied_to', id: '3' }];
    expect(toOwnPost({ ...bare, referenced_tweets: reply }).replyTo).toBe('3');
    expect(toOwnPost({ ...bare, referenced_posts: reply }).replyTo).toBe('3');
    expect(toOwnPost({ ...bare, conversation_id: '5' }).replyTo).toBeNull();
    // X did not say: it is not known.
    expect(toOwnPost({ ...bare, conversation_id: '4' })).toMatchObject({
      replyTo: undefined,
      conversation: '4',
    });
    expect(toOwnPost(bare).replyTo).toBeUndefined();
  });
});
