import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Logger } from '../commands/logger.ts';
import type { Reply } from '../commands/reply.ts';
import { type RenderedMessage, renderReply } from './render-reply.ts';
import type { Patience, SlackApi } from './slack-api.ts';
import { slackCode } from './slack-error.ts';
import { uploadPictures } from './upload-pictures.ts';

/** How long after an upload Slack may say that there is no such file: it is looked through first. */
const PICTURE_WAITS_MS = [300, 700, 1500];

const postAnswer = z.object({ ts: z.string() });
const anyAnswer = z.object({ ok: z.literal(true) });

/** Nothing in a message pings, links or unfolds: its `text` is no mrkdwn, and nothing is looked for in it. */
const INERT = { parse: 'none', link_names: false } as const;
const INERT_POST = { ...INERT, mrkdwn: false, unfurl_links: false, unfurl_media: false } as const;

/** Messages of the bot's own in a channel. All reject as `SlackApi.call` does. */
export interface Messages {
  /** @returns the message's time stamp */
  post(channel: string, threadTs: string | null, reply: Reply | RenderedMessage): Promise<string>;
  update(channel: string, ts: string, reply: Reply | RenderedMessage): Promise<void>;
  /** One that is gone already is no error. */
  delete(channel: string, ts: string): Promise<void>;
  postPrivately(channel: string, userId: string, threadTs: string | null, reply: Reply): Promise<void>;
  respond(url: string, how: Readonly<Record<string, unknown>>, reply: Reply | RenderedMessage): Promise<void>;
}

export interface MessagesOptions {
  readonly api: SlackApi;
  readonly log: Logger;
  readonly stop: AbortSignal;
  /** Of finished answers: `long` unless told. */
  readonly patience?: Patience;
}

export function createMessages({ api, log, stop, ...options }: MessagesOptions): Messages {
  /** Sends with the reply's pictures, and with their words where Slack will not show them. */
  async function send<T>(
    reply: Reply | RenderedMessage,
    attempt: (message: RenderedMessage, patience: Patience) => Promise<T>,
  ): Promise<T> {
    if (!('actions' in reply)) return await attempt(reply, 'once');
    const patience = reply.isGrowing ? 'once' : (options.patience ?? 'long');
    const pictures = reply.isPrivate ? new Map() : await uploadPictures(reply, { api, log, stop });
    if (pictures.size > 0) {
      const message = renderReply(reply, pictures);
      for (const waitMs of [0, ...PICTURE_WAITS_MS]) {
        await wait(waitMs, undefined, { signal: stop });
        try {
          return await attempt(message, patience);
        } catch (error) {
          if (slackCode(error) !== 'invalid_blocks') throw error;
        }
      }
    }
    return await attempt(renderReply(reply), patience);
  }

  return {
    post: (channel, threadTs, reply) =>
      send(reply, async ({ text, blocks }, patience) => {
        const thread = threadTs === null ? {} : { thread_ts: threadTs };
        const args = { channel, text, blocks, ...thread, ...INERT_POST };
        return (await api.call('chat.postMessage', args, postAnswer, patience)).ts;
      }),
    update: (channel, ts, reply) =>
      send(reply, async ({ text, blocks }, patience) => {
        await api.call('chat.update', { channel, ts, text, blocks, ...INERT }, anyAnswer, patience);
      }),
    async delete(channel, ts) {
      try {
        await api.call('chat.delete', { channel, ts }, anyAnswer);
      } catch (error) {
        if (slackCode(error) !== 'message_not_found') throw error;
      }
    },
    postPrivately: (channel, user, threadTs, reply) =>
      send(reply, async ({ text, blocks }, patience) => {
        const thread = threadTs === null ? {} : { thread_ts: threadTs };
        await api.call(
          'chat.postEphemeral',
          { channel, user, text, blocks, ...thread, ...INERT },
          anyAnswer,
          patience,
        );
      }),
    respond: (url, how, reply) =>
      send(reply, ({ text, blocks }, patience) => api.respond(url, { ...how, text, blocks }, patience)),
  };
}
