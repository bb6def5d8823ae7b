import { TaskCancelledError } from 'cockatiel';
import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js';
import type { Responder, SentReply } from '../commands/bot-port.ts';
import type { Logger } from '../commands/logger.ts';
import type { Reply } from '../commands/reply.ts';
import type { Deliver } from './deliver.ts';
import { explainDiscordError, faultFields, isExpired, isPassing, isUnknownMessage } from './discord-error.ts';
import { renderReply } from './render-reply.ts';

export type AnsweredInteraction =
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction
  | ButtonInteraction
  | ModalSubmitInteraction;

/** Discord's name for the answer that the acknowledgement promised, or for the message that a button stands on. */
const ORIGINAL = '@original';

export interface InteractionResponderOptions {
  readonly interaction: AnsweredInteraction;
  /** Resolves when Discord took the acknowledgement, to whether it did. */
  readonly acknowledged: Promise<boolean>;
  /** Who sees since the acknowledgement that the bot thinks: all, the person alone, or nobody. */
  readonly sign: 'public' | 'private' | 'none';
  /** The id of the message that the button stands on, for the responder that changes it. */
  readonly standing?: string;
  readonly deliver: Deliver;
  /**
   * Where a public answer goes when the interaction can no longer be answered, in the place of a message where there is
   * one; null where the bot cannot post.
   */
  readonly inChannel: ((messageId: string | null) => Responder) | null;
  readonly log: Logger;
}

/**
 * Answers an interaction. Of the five follow-ups that Discord allows where the bot is not a member, it makes one at most.
 */
export function createInteractionResponder(options: InteractionResponderOptions): Responder {
  const { interaction, acknowledged, sign, standing, deliver, inChannel, log } = options;
  /** What stands there: the id that the webhook knows it by. */
  let shown: string | null = standing === undefined ? null : ORIGINAL;
  let shownMessageId: string | null = standing ?? null;
  let hasSign = sign !== 'none';
  let moved: Responder | null = null;

  async function send(reply: Reply): Promise<SentReply> {
    const content = renderReply(reply);
    if (shown !== null) return sent(reply, await interaction.editReply({ ...content, message: shown }));
    const isPlaced = sign === (reply.isPrivate ? 'private' : 'public');
    if (hasSign && isPlaced) {
      const message = await interaction.editReply(content);
      shown = ORIGINAL;
      return sent(reply, message);
    }
    // As long as it stands, a follow-up would take its place, and whether it is private from it.
    if (hasSign) await removeSign();
    // Should a follow-up that timed out have arrived, it stands there twice: unlike messages, they have no nonce.
    const { attachments: _, flags, ...message } = content;
    const followUp = await interaction.followUp({
      ...message,
      flags: reply.isPrivate ? [...flags, MessageFlags.Ephemeral] : flags,
    });
    shown = followUp.id;
    return sent(reply, followUp);
  }

  function sent(reply: Reply, message: { readonly id: string }): SentReply {
    if (!reply.isPrivate) shownMessageId = message.id;
    return { messageId: reply.isPrivate ? null : message.id };
  }

  async function removeSign(): Promise<void> {
    try {
      await interaction.deleteReply(ORIGINAL);
    } catch (error) {
      if (!isUnknownMessage(error)) throw error;
    }
    hasSign = false;
  }

  /** The last resort, so that finished work is not lost: a message in the channel, where that is allowed. */
  async function moveToChannel(reply: Reply, cause: unknown): Promise<SentReply> {
    if (reply.isPrivate || !inChannel) throw explainDiscordError(cause);
    log.warn(faultFields(cause), 'an interaction could no longer be answered: answering in its channel');
    moved = inChannel(shownMessageId);
    return await moved.show(reply);
  }

  return {
    async show(reply) {
      if (moved) return await moved.show(reply);
      if (!(await acknowledged)) return await moveToChannel(reply, new Error('It was not acknowledged'));
      try {
        return await deliver(() => send(reply));
      } catch (error) {
        // Somebody deleted it meanwhile: it is not put there again.
        if (shown !== null && isUnknownMessage(error)) return { messageId: null };
        const isLost = isExpired(error) || isPassing(error) || error instanceof TaskCancelledError;
        if (isLost) return await moveToChannel(reply, error);
        throw explainDiscordError(error);
      }
    },
    async withdraw() {
      if (moved) return await moved.withdraw();
      if (!(await acknowledged)) return;
      const id = shown ?? (hasSign ? ORIGINAL : null);
      if (id === null) return;
      try {
        await deliver(() => interaction.deleteReply(id));
      } catch (error) {
        if (isExpired(error) && shownMessageId !== null && inChannel) {
          await inChannel(shownMessageId).withdraw();
        } else if (!isUnknownMessage(error)) throw explainDiscordError(error);
      }
      hasSign = false;
    },
  };
}
