import { z } from 'zod';
import type { PlatformMessage, PretendPlatform } from '../pretend-platform.ts';

/** A message of either platform, in words. */
export interface ReadMessage {
  readonly authorId: string;
  readonly text: string;
  readonly images: readonly { readonly name: string; readonly altText: string | null }[];
  readonly buttons: readonly { readonly label: string; readonly id: string }[];
}

interface DiscordComponent {
  readonly type: number;
  readonly custom_id?: string | undefined;
  readonly label?: string | undefined;
  readonly content?: string | undefined;
  readonly components?: readonly DiscordComponent[] | undefined;
}

const component: z.ZodType<DiscordComponent> = z.object({
  type: z.number(),
  custom_id: z.string().optional(),
  label: z.string().optional(),
  content: z.string().optional(),
  get components() {
    return z.array(component).optional();
  },
});

const discordMessage = z.object({
  author: z.object({ id: z.string() }),
  content: z.string(),
  attachments: z.array(z.object({ filename: z.string(), description: z.string().nullish() })),
  embeds: z.array(
    z.object({
      title: z.string().optional(),
      description: z.string().optional(),
      fields: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
      image: z.object({ url: z.string() }).optional(),
      footer: z.object({ text: z.string() }).optional(),
    }),
  ),
  components: z.array(component),
});

const slackMessage = z.object({
  user: z.string(),
  text: z.string().default(''),
  blocks: z.array(z.looseObject({ type: z.string() })).default([]),
  files: z.array(z.object({ name: z.string().nullish(), alt_txt: z.string().nullish() })).default([]),
});

/** @throws ZodError where it is no message of that platform */
export function readMessage(platform: PretendPlatform['name'], message: PlatformMessage): ReadMessage {
  return platform === 'discord' ? readDiscord(message.json) : readSlack(message.json);
}

function readDiscord(json: unknown): ReadMessage {
  const { author, content, attachments, embeds, components } = discordMessage.parse(json);
  const all = components.flatMap(flatten);
  const embedded = embeds.flatMap(({ title, description, fields = [], footer }) => [
    title,
    description,
    ...fields.map(({ name, value }) => `${name}: ${value}`),
    footer?.text,
  ]);
  const texts = [content, ...embedded, ...all.map(({ content: text }) => text)];
  return {
    authorId: author.id,
    text: withoutMarkdown(texts.filter(Boolean).join('\n')),
    images: attachments.map(({ filename, description }) => ({
      name: filename,
      altText: description ?? null,
    })),
    buttons: all.flatMap(({ custom_id: id, label }) => (id && label ? [{ id, label }] : [])),
  };
}

function flatten(each: DiscordComponent): DiscordComponent[] {
  return [each, ...(each.components ?? []).flatMap(flatten)];
}

/** The marks go, what was escaped stays. */
function withoutMarkdown(text: string): string {
  return text
    .replace(/```[a-z]*\n?/g, '')
    .replace(/^(?:#{1,3}|-#|>) /gm, '')
    .replace(/(?<!\\)\*{1,3}|(?<!\\)__|(?<!\\)~~/g, '')
    .replace(/\\([^\sA-Za-z0-9])/g, '$1');
}

function readSlack(json: unknown): ReadMessage {
  const { user, text, blocks, files } = slackMessage.parse(json);
  const elements = collect(blocks);
  return {
    authorId: user,
    text: unescapeEntities(blocks.length > 0 ? textsOf(blocks).join('\n') : text),
    images: [
      ...files.map(({ name, alt_txt: altText }) => ({ name: name ?? 'image', altText: altText || null })),
      ...blocks.flatMap(({ type, alt_text: altText }) =>
        type === 'image' ? [{ name: 'image', altText: String(altText) }] : [],
      ),
    ],
    buttons: elements.flatMap(element => {
      const { type, action_id: id, text: label } = element;
      if (type !== 'button' || typeof id !== 'string') return [];
      return [{ id, label: unescapeEntities(String((label as { text?: unknown }).text)) }];
    }),
  };
}

/** One text for each block; those of buttons and pictures are left out. */
function textsOf(blocks: readonly Record<string, unknown>[]): string[] {
  return blocks
    .filter(({ type }) => type !== 'actions' && type !== 'image')
    .flatMap(({ fields, ...block }) => [
      wordsOf(block),
      // A name, and below it the value.
      ...(Array.isArray(fields) ? fields.map(field => wordsOf(field).replace('\n', ': ')) : []),
    ])
    .filter(text => text !== '');
}

function wordsOf(value: unknown): string {
  return collect(value)
    .map(({ text, user_id: user }) => (user ? `<@${user}>` : typeof text === 'string' ? text : ''))
    .join('');
}

/** All objects in it, in the order of the text. */
function collect(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(collect);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(collect)];
}

function unescapeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
