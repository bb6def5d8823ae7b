import type { PostingPort } from '../posting-port.ts';
import type { Messages } from './post-messages.ts';
import { retryAfterMs, wasNotDone } from './slack-error.ts';

/**
 * Slack knows no key that would tell a message that came twice, so that all hangs on what its answer says.
 *
 * @param messages whose requests are never repeated
 */
export function createPostOnce(messages: Messages): PostingPort['postOnce'] {
  return async (channelId, reply) => {
    try {
      return { kind: 'posted', messageId: await messages.post(channelId, null, reply) };
    } catch (error) {
      if (!wasNotDone(error)) return { kind: 'unknown', error };
      // The error is explained; what Slack said is its cause.
      const { cause } = error as Error;
      return { kind: 'not-posted', mayPass: retryAfterMs(cause) !== null, error };
    }
  };
}
