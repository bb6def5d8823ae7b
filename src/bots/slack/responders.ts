import { BotError } from '../commands/bot-error.ts';
import type { Responder, SentReply } from '../commands/bot-port.ts';
import type { Logger } from '../commands/logger.ts';
import type { Reply } from '../commands/reply.ts';
import type { Messages } from './post-messages.ts';
import { type RenderedMessage, renderSign } from './render-reply.ts';
import type { ResponseUrl } from './response-url.ts';

/** What is shown at once where a description is to come. */
export const WORKING: RenderedMessage = renderSign('Looking at the picture…');

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

type Shown =
  | { readonly kind: 'message'; readonly ts: string }
  | { readonly kind: 'private' | 'public' }
  | null;

/**
 * Answers one event: in the channel by messages of the bot's own, which can grow; where it is not a member by the
 * response URL, which takes few messages, so that only the sign of work and what is finished is shown; and what is
 * private to the person alone. The sign is shown at once.
 */
export function createEventResponder(answer: EventAnswer): Responder {
  const { messages, channelId, threadTs, isMember, userId, responseUrl, sign, log } = answer;
  let shown: Shown = null;
  // A sign that fails is no reason not to answer.
  const signed =
    sign === null
      ? Promise.resolve()
      : showSign(sign).catch(error =>
          log.warn({ channelId, error: String(error) }, 'a sign of work could not be shown'),
        );

  async function showSign(message: RenderedMessage): Promise<void> {
    if (isMember) {
      shown = { kind: 'message', ts: await messages.post(channelId, threadTs, message) };
    } else if (responseUrl) {
      await responseUrl.send('private', message);
      shown = { kind: 'private' };
    }
  }

  async function takeBack(): Promise<void> {
    const before = shown;
    shown = null;
    if (before?.kind === 'message') await messages.delete(channelId, before.ts);
    else if (before && responseUrl?.reachesAnswers) await responseUrl.deleteOriginal();
  }

  /** What is in the wrong place is taken back; where that fails, the answer counts more. */
  async function takeBackQuietly(): Promise<void> {
    await takeBack().catch(error =>
      log.warn({ channelId, error: String(error) }, 'a message could not be taken back'),
    );
  }

  async function showPrivately(reply: Reply): Promise<SentReply> {
    if (responseUrl) {
      if (reply.isGrowing) return NOWHERE;
      if (shown?.kind === 'message') await takeBackQuietly();
      const isReplacing = shown?.kind === 'private' && responseUrl.reachesAnswers;
      await responseUrl.send(isReplacing ? 'replace' : 'private', reply);
      shown = { kind: 'private' };
    } else if (userId !== null) {
      if (reply.isGrowing) return NOWHERE;
      await takeBackQuietly();
      await messages.postPrivately(channelId, userId, threadTs, reply);
    }
    return NOWHERE;
  }

  async function showPublicly(reply: Reply): Promise<SentReply> {
    if (isMember) {
      if (shown?.kind === 'message') {
        await messages.update(channelId, shown.ts, reply);
      } else {
        if (shown) await takeBackQuietly();
        shown = { kind: 'message', ts: await messages.post(channelId, threadTs, reply) };
      }
      return { messageId: shown.ts };
    }
    if (!responseUrl)
      throw new BotError(
        'not-permitted',
        'The bot is not in this channel: type /invite and its @name there, then try again.',
      );
    if (reply.isGrowing) return NOWHERE;
    if (shown?.kind === 'private') await takeBackQuietly();
    const isReplacing = shown?.kind === 'public' && responseUrl.reachesAnswers;
    await responseUrl.send(isReplacing ? 'replace' : 'public', reply);
    shown = { kind: 'public' };
    return NOWHERE;
  }

  return {
    async show(reply) {
      await signed;
      return reply.isPrivate ? await showPrivately(reply) : await showPublicly(reply);
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
      if (!reply.isGrowing) await responseUrl.send('replace', reply);
      return NOWHERE;
    },
    withdraw: () => responseUrl.deleteOriginal(),
  };
}
