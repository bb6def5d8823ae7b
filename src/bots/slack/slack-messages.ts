import { z } from 'zod';
import type { Patience, SlackApi } from './slack-api.ts';
import { slackCode } from './slack-error.ts';
import { slackFile } from './slack-files.ts';

export const slackMessage = z.object({
  ts: z.string(),
  thread_ts: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  text: z.string().optional(),
  files: z.array(slackFile).optional(),
});
export type SlackMessage = z.infer<typeof slackMessage>;

const repliesAnswer = z.object({ messages: z.array(slackMessage) });

/**
 * A message as our ids have it: its time stamp, and where it stands in a thread the thread's, without which Slack takes
 * no answer to it.
 */
export interface MessageId {
  readonly ts: string;
  readonly threadTs: string | null;
}

export function formatMessageId({ ts, thread_ts }: Pick<SlackMessage, 'ts' | 'thread_ts'>): string {
  return thread_ts === undefined || thread_ts === ts ? ts : `${ts}/${thread_ts}`;
}

export function parseMessageId(id: string): MessageId {
  const [ts = '', threadTs = null] = id.split('/');
  return { ts, threadTs };
}

/**
 * Reads one message, in a thread or not.
 *
 * @returns null where it is gone
 * @throws BotError `not-permitted`
 */
export async function readMessage(
  api: SlackApi,
  channel: string,
  id: MessageId,
  patience?: Patience,
): Promise<SlackMessage | null> {
  const { ts, threadTs } = id;
  // Slack gives a thread's first message along with whatever is asked for.
  const args = { channel, ts: threadTs ?? ts, oldest: ts, latest: ts, inclusive: true, limit: 2 };
  try {
    const { messages } = await api.call('conversations.replies', args, repliesAnswer, patience);
    return messages.find(message => message.ts === ts) ?? null;
  } catch (error) {
    if (slackCode(error) === 'thread_not_found') return null;
    throw error;
  }
}
