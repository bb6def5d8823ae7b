import { type APIAttachment, Client, EmbedType, Message, MessageReferenceType } from 'discord.js';
import { afterAll, expect, it } from 'vitest';
import { imagesOf, referenceTo } from '../../../src/bots/discord/found-images.ts';

const client = new Client({ intents: [] });
afterAll(() => client.destroy());

function attachment(id: string, filename: string, more: Partial<APIAttachment> = {}): APIAttachment {
  const url = `https://cdn.discordapp.com/attachments/1/${id}/${filename}?ex=1&is=1&hm=1&`;
  return { id, filename, size: 1, url, proxy_url: url, ...more };
}

/** As discord.js makes them of what the gateway sends. */
function message(more: object): Message {
  const author = { id: '5', username: 'robin', discriminator: '0', global_name: null, avatar: null };
  const raw = {
    id: '9',
    channel_id: '7',
    type: 0,
    author,
    content: '',
    attachments: [],
    embeds: [],
    mentions: [],
    ...more,
  };
  return Reflect.construct(Message, [client, raw]) as Message;
}

it('finds attachments that may be images, in order, with their alt text', () => {
  const found = imagesOf(
    message({
      attachments: [
        attachment('1', 'a.png', { content_type: 'image/png', description: 'A kite' }),
        attachment('2', 'b.mp4', { content_type: 'video/mp4', width: 10, height: 10 }),
        attachment('3', 'c.JPG'),
        attachment('4', 'notes.txt'),
      ],
    }),
  );
  expect(found.map(({ id, name, altText }) => [id, name, altText])).toEqual([
    ['1', 'a.png', 'A kite'],
    ['3', 'c.JPG', null],
  ]);
});

it('finds the images of a forwarded message, and those behind links', () => {
  const forwarded = message({
    message_reference: { type: MessageReferenceType.Forward, channel_id: '7', message_id: '8' },
    message_snapshots: [
      {
        message: {
          type: 0,
          content: '',
          timestamp: '2026-01-01T00:00:00Z',
          edited_timestamp: null,
          embeds: [],
          mentions: [],
          attachments: [attachment('6', 'f.webp', { content_type: 'image/webp' })],
        },
      },
    ],
    embeds: [
      { type: EmbedType.Rich, description: 'text' },
      {
        type: EmbedType.Image,
        url: 'https://example.org/k.png',
        thumbnail: { url: 'https://example.org/k.png' },
      },
    ],
  });
  const found = imagesOf(forwarded);
  expect(found.map(({ id, url }) => [id, url.split('?')[0]])).toEqual([
    ['6', 'https://cdn.discordapp.com/attachments/1/6/f.webp'],
    ['embed-1', 'https://example.org/k.png'],
  ]);
  expect(referenceTo(forwarded, found)).toEqual({
    kind: 'message',
    channelId: '7',
    messageId: '9',
    imageIds: ['6', 'embed-1'],
  });
});
