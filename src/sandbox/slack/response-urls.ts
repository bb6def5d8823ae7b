import { z } from 'zod';
import { SlackApiError } from './api-error.ts';
import type { AppMessages } from './messages.ts';
import type { InteractionTokens, ResponseTarget } from './tokens.ts';
import { flag, json, readArguments, text } from './web-api/arguments.ts';
import type { World } from './world.ts';

const answerSchema = z.strictObject({
  text: text.optional(),
  blocks: json.optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: flag.optional(),
  delete_original: flag.optional(),
  thread_ts: text.optional(),
  mrkdwn: flag.optional(),
  unfurl_links: flag.optional(),
  unfurl_media: flag.optional(),
});

/**
 * Answers through response URLs, and those that acknowledgements of slash commands carry.
 * Source: docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export class ResponseUrls {
  readonly #world: World;
  readonly #messages: AppMessages;
  readonly #tokens: InteractionTokens;

  constructor(world: World, messages: AppMessages, tokens: InteractionTokens) {
    this.#world = world;
    this.#messages = messages;
    this.#tokens = tokens;
  }

  /** @throws SlackApiError `used_url`, `expired_url`, and for what is wrong with the message */
  answer(key: string, body: Readonly<Record<string, unknown>>): void {
    this.respond(this.#tokens.useResponseKey(key), body, 'response_url');
  }

  /** @throws SlackApiError for what is wrong with the message */
  respond(target: ResponseTarget, body: Readonly<Record<string, unknown>>, where: string): void {
    const input = readArguments(answerSchema, body);
    const original =
      target.originalTs === null ? undefined : this.#world.findMessage(target.channelId, target.originalTs);
    const isChange = input.replace_original === true || input.delete_original === true;
    // Slack posts another message then (slackapi/bolt-js#2287): a command or shortcut has no message of the app's.
    if (isChange && target.originalTs === null) {
      this.#world.problems.add(where, 'replace_original or delete_original, where there is no original');
    }
    if (input.delete_original === true) {
      if (original !== undefined) this.#messages.delete(original);
      return;
    }
    const content = { text: input.text, blocks: input.blocks };
    if (input.replace_original === true && original !== undefined) {
      this.#messages.replace(original, content, where);
      return;
    }
    const channel = this.#world.channels.get(target.channelId);
    if (channel === undefined) throw new SlackApiError('channel_not_found');
    this.#messages.post({
      channel,
      content,
      where,
      threadTs: input.thread_ts ?? target.threadTs ?? undefined,
      onlyFor: input.response_type === 'in_channel' ? undefined : target.personId,
    });
  }
}
