import type { Place } from './bot-port.ts';
import type { Context } from './context.ts';

/**
 * Does work for a command or a button, noted in the store while it lasts: what it would be answered with dies with the
 * process, but after a crash the channel is told that something was lost.
 *
 * @param isKept false for people who opted out
 */
export async function noteAsk<T>(
  { work, replies, now }: Context,
  { platform, channelId, isMember }: Place,
  personId: string,
  isKept: boolean,
  task: (workId: string) => Promise<T>,
): Promise<T> {
  const id = `ask-${replies.newId()}`;
  const ask = { kind: 'ask', channelId, isMember } as const;
  // So that `resume`, when a platform connects again, knows it for this process's own.
  work.claim(id);
  await work.note({ id, platform, personId, work: ask, dueAt: now() }, isKept);
  try {
    return await task(id);
  } finally {
    if (isKept) await work.done(id);
  }
}
