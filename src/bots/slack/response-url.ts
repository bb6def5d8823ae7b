import { BotError } from '../commands/bot-error.ts';
import type { Reply } from '../commands/reply.ts';
import type { Messages } from './post-messages.ts';
import type { RenderedMessage } from './render-reply.ts';
import type { SlackApi } from './slack-api.ts';

/** https://docs.slack.dev/interactivity/handling-user-interaction: five messages in 30 minutes. */
const MOST_USES = 5;
const LIFETIME_MS = 30 * 60_000;

/** What a response URL does with a message. */
export type ResponseUse =
  /** A message that only the person sees. */
  | 'private'
  /** A message that all in the channel see. */
  | 'public'
  /** In the place of the message that the event came from, or that was sent to the URL before. */
  | 'replace';

/** The way to answer one event, also in channels where the bot is not. */
export interface ResponseUrl {
  /**
   * Whether `replace` and `deleteOriginal` act on what was sent to the URL before; else on the message that the button
   * stands on, which an answer must leave alone.
   */
  readonly reachesAnswers: boolean;
  send(use: ResponseUse, reply: Reply | RenderedMessage): Promise<void>;
  /** Takes away the message that the event came from, or that was sent before. */
  deleteOriginal(): Promise<void>;
}

const HOW: Readonly<Record<ResponseUse, Readonly<Record<string, unknown>>>> = {
  private: { response_type: 'ephemeral', replace_original: false },
  public: { response_type: 'in_channel', replace_original: false },
  replace: { replace_original: true },
};

export function createResponseUrl(
  url: string,
  { messages, api }: { readonly messages: Messages; readonly api: SlackApi },
  reachesAnswers: boolean,
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
    reachesAnswers,
    async send(kind, reply) {
      use();
      await messages.respond(url, HOW[kind], reply);
    },
    async deleteOriginal() {
      use();
      await api.respond(url, { delete_original: true });
    },
  };
}
