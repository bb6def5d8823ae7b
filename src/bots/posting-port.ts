import type { Platform } from './commands/bot-port.ts';
import type { Reply } from './commands/reply.ts';

/** What became of a message that was to be posted once at most. */
export type PostOutcome =
  | { readonly kind: 'posted'; readonly messageId: string }
  /** It is certain that it does not stand there; `mayPass`: a later attempt may go well. */
  | { readonly kind: 'not-posted'; readonly mayPass: boolean; readonly error: unknown }
  /** It may stand there or not: it is not to be posted again. */
  | { readonly kind: 'unknown'; readonly error: unknown };

/** How to post on a platform where nobody asked. */
export interface PostingPort {
  readonly platform: Platform;
  /**
   * Posts in a channel by one request, which is not repeated, and says what became of it. Never rejects.
   *
   * @param key the same for each attempt at the same message: where the platform knows such keys, it takes one once
   */
  postOnce(channelId: string, reply: Reply, key: string): Promise<PostOutcome>;
}
