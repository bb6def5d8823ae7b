import { BotError } from '../commands/bot-error.ts';
import type { Responder, SentReply } from '../commands/bot-port.ts';
import { errorFields } from '../commands/explain-error.ts';
import type { Logger } from '../commands/logger.ts';
import type { Reply } from '../commands/reply.ts';
import type { Messages } from './post-messages.ts';
import { type RenderedMessage, renderSign } from './render-reply.ts';
import type { ResponseUrl } from './response-url.ts';
import { slackCode } from './slack-error.ts';

/** What is shown at once where a description is to come. */
export const WORKING: RenderedMessage = renderSign('Looking at the picture…');

const USED_UP: readonly (string | null)[] = ['expired_url', 'used_url'];

const NOWHERE: SentReply = { messageId: null };

export interface EventAnswer {
  readonly messages: Messages;
  readonly channelId: string;
  /** The thread that public answers go to; null is the channel itself. */
  readonly threadTs: string | null;
  /** Whether the bot can post there by itself. */
  readonly isMember: boolean;
  /** Who asked: sees private answers. Null where nobody did. */
  readonly userId: string | null;
  /** Null where the event brought none: a mention. */
  readonly responseUrl: ResponseUrl | null;
  readonly sign: RenderedMessage | null;
  readonly log: Logger;
}

/**
 * Answers one event: in the channel by messages of the bot's own, which can grow; where it is not a member by the
 * response URL, which takes few messages and changes none of them, so that only the sign of work and what is finished is
 * shown; and what is private to the person alone. The sign is shown at once.
 */
export function createEventResponder(answer: EventAnswer): Responder {
  const { messages, channelId, threadTs, isMember, userId, responseUrl, sign, log } = answer;
  /** The bot's own message in the channel. */
  let shownTs: string | null = null;

  const note = (what: string) => (error: unknown) => log.warn({ channelId, ...errorFields(error) }, what);
  // A sign that fails is no reason not to answer.
  const signed = sign ? showSign(sign).catch(note('a sign of work could not be shown')) : Promise.resolve();

  async function showSign(message: RenderedMessage): Promise<void> {
    if (isMember) shownTs = await messages.post(channelId, threadTs, message);
    else await responseUrl?.send('private', message, threadTs);
  }

  async function takeBack(): Promise<void> {
    const ts = shownTs;
    shownTs = null;
    if (ts !== null) await messages.delete(channelId, ts);
  }

  async function showPrivately(reply: Reply): Promise<void> {
    if (reply.isGrowing) return;
    // What stands in the wrong place goes; where that fails, the answer counts more.
    await takeBack().catch(note('a message could not be taken back'));
    try {
      if (responseUrl) await responseUrl.send('private', reply, threadTs);
      else if (userId !== null) await messages.postPrivately(channelId, userId, threadTs, reply);
    } catch (error) {
      // It counts for half an hour and for five answers; where the bot is a member there is another way.
      if (USED_UP.includes(slackCode(error)) && isMember && userId !== null) {
        await messages.postPrivately(channelId, userId, threadTs, reply);
        return;
      }
      // The message that began the thread was deleted: the person can still be told, in the channel.
      if (slackCode(error) !== 'thread_not_found' || !isMember || userId === null) throw error;
      await messages.postPrivately(channelId, userId, null, reply);
    }
  }

  async function showPublicly(reply: Reply): Promise<string | null> {
    if (isMember) {
      if (shownTs === null) shownTs = await messages.post(channelId, threadTs, reply);
      else await messages.update(channelId, shownTs, reply);
      return shownTs;
    }
    if (!responseUrl) {
      throw new BotError(
        'not-permitted',
        'The bot is not in this channel: type /invite and its @name there, then try again.',
      );
    }
    if (!reply.isGrowing) await responseUrl.send('public', reply, threadTs);
    return null;
  }

  return {
    sign: signed.then(() => shownTs),
    async show(reply) {
      await signed;
      if (!reply.isPrivate) return { messageId: await showPublicly(reply) };
      await showPrivately(reply);
      return NOWHERE;
    },
    async withdraw() {
      await signed;
      await takeBack();
    },
  };
}

/** The message that a button stands on, as one of the bot's own in a channel. */
export function createMessageResponder(messages: Messages, channelId: string, ts: string): Responder {
  return {
    async show(reply) {
      await messages.update(channelId, ts, reply);
      return { messageId: ts };
    },
    withdraw: () => messages.delete(channelId, ts),
  };
}

/** The message that a button stands on, where only its response URL reaches it. */
export function createOriginalResponder(responseUrl: ResponseUrl): Responder {
  return {
    async show(reply) {
      if (!reply.isGrowing) await responseUrl.replaceOriginal(reply);
      return NOWHERE;
    },
    withdraw: () => responseUrl.deleteOriginal(),
  };
}
