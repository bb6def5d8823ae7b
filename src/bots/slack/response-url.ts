import { BotError } from '../commands/bot-error.ts';
import type { Reply } from '../commands/reply.ts';
import type { Messages } from './post-messages.ts';
import type { RenderedMessage } from './render-reply.ts';
import type { SlackApi } from './slack-api.ts';

/** https://docs.slack.dev/interactivity/handling-user-interaction: five messages in 30 minutes. */
const MOST_USES = 5;
const LIFETIME_MS = 30 * 60_000;

/** The way to answer one event, also in channels where the bot is not. */
export interface ResponseUrl {
  /** Sends another message, in a thread where one is given. */
  send(
    visibility: 'private' | 'public',
    reply: Reply | RenderedMessage,
    threadTs?: string | null,
  ): Promise<void>;
  /**
   * Changes the message that the button stands on. After a command or shortcut there is none: Slack posts another message
   * then (slackapi/bolt-js issue 2287).
   */
  replaceOriginal(reply: Reply): Promise<void>;
  deleteOriginal(): Promise<void>;
}

const RESPONSE_TYPES = { private: 'ephemeral', public: 'in_channel' } as const;

export function createResponseUrl(
  url: string,
  { messages, api }: { readonly messages: Messages; readonly api: SlackApi },
): ResponseUrl {
  const until = performance.now() + LIFETIME_MS;
  let uses = 0;

  function use(): void {
    if (uses >= MOST_USES || performance.now() > until) {
      throw new BotError(
        'platform',
        'Slack takes no more answers to this: run the command or press the button again.',
      );
    }
    uses++;
  }

  return {
    async send(visibility, reply, threadTs = null) {
      use();
      const thread = threadTs === null ? {} : { thread_ts: threadTs };
      const how = { response_type: RESPONSE_TYPES[visibility], replace_original: false, ...thread };
      await messages.respond(url, how, reply);
    },
    async replaceOriginal(reply) {
      use();
      await messages.respond(url, { replace_original: true }, reply);
    },
    async deleteOriginal() {
      use();
      await api.respond(url, { delete_original: true });
    },
  };
}
