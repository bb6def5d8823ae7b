import { setTimeout as wait } from 'node:timers/promises';
import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Post } from '../commands/bot-port.ts';
import { errorFields } from '../commands/explain-error.ts';
import { publishHome } from './handle-home.ts';
import { withoutMention } from './read-slack-text.ts';
import { RESTARTING, type SlackContext } from './slack-context.ts';
import { isImage, type SlackFile } from './slack-files.ts';
import { formatMessageId, readMessage, type SlackMessage, slackMessage } from './slack-messages.ts';

/** https://docs.slack.dev/reference/events/app_mention and message.im: of the same fields. */
const messageEvent = slackMessage.extend({
  channel: z.string(),
  channel_type: z.string().optional(),
  subtype: z.string().optional(),
  edited: z.unknown().optional(),
});

/** https://docs.slack.dev/reference/events/file_shared */
const fileSharedEvent = z.object({
  file_id: z.string(),
  channel_id: z.string(),
  user_id: z.string().optional(),
});

/** https://docs.slack.dev/reference/events/app_home_opened */
const homeEvent = z.object({ user: z.string(), tab: z.string() });

/** How often a file is looked up until Slack says which message it is in, which it may not know at once. */
const SHARE_WAITS_MS = [0, 500, 1500, 4000];

/**
 * For what is read before an event is answered. Slack counts the event as delivered: what fails here is lost, without a
 * word to whoever posted.
 */
const PATIENCE = 'long';

export interface EventOptions {
  /** Told when the app was taken out of the workspace. */
  readonly onRemoved: () => void;
  readonly stop: AbortSignal;
}

/** Listens to mentions, direct messages, shared files, and the App Home. */
export function handleEvents(app: App, context: SlackContext, { onRemoved, stop }: EventOptions): void {
  const once = (task: (event: unknown, received: Received) => Promise<void>) => {
    return async ({ event, body }: { event: unknown; body: unknown }) => {
      const at = performance.now();
      const { event_id: id } = body as { event_id?: unknown };
      if (typeof id !== 'string' || context.wasSeen(id)) return;
      await task(event, { at, taken: () => context.taken(id) });
    };
  };
  app.event(
    'app_mention',
    once(async (event, received) => {
      const message = messageEvent.parse(event);
      // Sent again when the message is changed.
      if (message.edited === undefined) await answerMention(context, message, received);
    }),
  );
  app.event(
    'message',
    once(async (event, received) => {
      const message = messageEvent.safeParse(event).data;
      const isNew = message?.subtype === undefined || message.subtype === 'file_share';
      if (message?.channel_type === 'im' && isNew) await answerMention(context, message, received);
    }),
  );
  app.event(
    'file_shared',
    once((event, { at }) => noticeFile(context, fileSharedEvent.parse(event), at, stop)),
  );
  app.event(
    'app_home_opened',
    once(async event => {
      const { user, tab } = homeEvent.parse(event);
      if (tab !== 'home' || context.isPaused()) return;
      await publishHome(context, await context.directory.person(user, null), null);
    }),
  );
  app.event('app_uninstalled', async () => onRemoved());
  app.event(
    'tokens_revoked',
    once(async event => {
      const { tokens } = z.object({ tokens: z.object({ bot: z.array(z.string()).nullish() }) }).parse(event);
      if (tokens.bot?.includes(context.bot.userId)) onRemoved();
    }),
  );
}

interface Received {
  /** By `performance.now()`. */
  readonly at: number;
  /** To be told when a crash does not lose the event any more. */
  readonly taken: () => void;
}

async function answerMention(
  context: SlackContext,
  event: z.infer<typeof messageEvent>,
  { at, taken }: Received,
): Promise<void> {
  const { messages, port, commands, api, bot, log } = context;
  const { channel, user } = event;
  if (!user || user === bot.userId || context.wasSeen(`answered ${channel} ${event.ts}`)) return;
  if (context.isPaused()) {
    await messages.postPrivately(channel, user, event.thread_ts ?? null, RESTARTING);
    return;
  }
  const id = formatMessageId(event);
  port.noteMention(channel, id, user);
  const parentTs = event.thread_ts !== undefined && event.thread_ts !== event.ts ? event.thread_ts : null;
  // The event may come without the message's files; and an image may be in what it replies to.
  const [message, parent] = await Promise.all([
    event.files || event.channel_type === 'im' ? event : readOrNull(channel, event.ts, event.thread_ts),
    parentTs === null || event.files ? null : readOrNull(channel, parentTs),
  ]);
  const post = await toPost(context, channel, message ?? event, true);
  const repliedTo = parent && (await toPost(context, channel, parent, false));
  await commands.see({ ...post, repliedTo }, port, at, taken);

  async function readOrNull(channelId: string, ts: string, threadTs?: string): Promise<SlackMessage | null> {
    try {
      return await readMessage(api, channelId, { ts, threadTs: threadTs ?? null }, PATIENCE);
    } catch (error) {
      log.warn({ channelId, ...errorFields(error) }, 'a message could not be read');
      return null;
    }
  }
}

/** In a watched channel: finds the message that a file is in, with all its files, once for all of them. */
async function noticeFile(
  context: SlackContext,
  { file_id, channel_id: channel, user_id }: z.infer<typeof fileSharedEvent>,
  receivedAt: number,
  stop: AbortSignal,
): Promise<void> {
  const { api, bot, commands, files, port } = context;
  // Direct messages are answered as they come, watched or not.
  if (user_id === bot.userId || channel.startsWith('D')) return;
  if (!commands.isWatched({ platform: 'slack', channelId: channel })) return;
  let shared: { ts: string; thread_ts?: string } | undefined;
  for (const waitMs of SHARE_WAITS_MS) {
    if (waitMs > 0) await wait(waitMs, undefined, { signal: stop });
    const file = await files.info(file_id, PATIENCE);
    if (!isImage(file)) return;
    shared = shareIn(file, channel);
    if (shared) break;
  }
  if (!shared || context.wasSeen(`watched ${channel} ${shared.ts}`)) return;
  const id = { ts: shared.ts, threadTs: shared.thread_ts ?? null };
  const message = await readMessage(api, channel, id, PATIENCE);
  // A message that mentions the bot is answered as a mention.
  if (!message || message.text?.includes(`<@${bot.userId}`)) return;
  await commands.see(await toPost(context, channel, message, false), port, receivedAt);
}

/** The newest message of a channel that a file is in. */
function shareIn({ shares }: SlackFile, channel: string): { ts: string; thread_ts?: string } | undefined {
  const all = [...(shares?.public?.[channel] ?? []), ...(shares?.private?.[channel] ?? [])];
  return all.toSorted((one, other) => Number(other.ts) - Number(one.ts))[0];
}

async function toPost(
  { directory, files, bot }: SlackContext,
  channelId: string,
  message: SlackMessage,
  mentionsBot: boolean,
): Promise<Post> {
  const [author, place, images] = await Promise.all([
    directory.person(message.user ?? message.bot_id ?? '', channelId),
    directory.place(channelId, '', PATIENCE),
    files.imagesOf(message.files ?? [], PATIENCE),
  ]);
  const id = formatMessageId(message);
  const imageIds = images.map(image => image.id);
  return {
    id,
    author: message.bot_id ? { ...author, isBot: true } : author,
    place,
    images,
    reference: { kind: 'message', channelId, messageId: id, imageIds },
    mentionsBot,
    text: withoutMention(message.text ?? '', bot.userId),
    repliedTo: null,
  };
}
