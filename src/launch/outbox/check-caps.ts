import { PostingEnded, stopFor } from './outbox-options.ts';
import type { Posting } from './posting.ts';

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;

/**
 * Sees to it that the caps allow the next post; before the first one of a thread, that they allow all of it, so that none is
 * left hanging half said.
 *
 * @throws PostingEnded `put-off`, or `stopped` where the thread is longer than a cap
 */
export async function checkCaps({ options, parts, now, times }: Posting): Promise<void> {
  const { launch, limits } = options;
  const isBegun = parts.some(({ state }) => state !== 'waiting');
  const needed = isBegun ? 1 : parts.length;
  const caps = [
    { most: limits.postsPerDay, ms: DAY_MS, span: '24 hours', name: 'postsPerDay' },
    { most: limits.postsPerMonth, ms: MONTH_MS, span: '30 days', name: 'postsPerMonth' },
  ];
  for (const { most, ms, span, name } of caps) {
    if (needed > most) {
      throw stopFor(
        `The thread has ${needed} parts, and the launch file allows ${most} posts in ${span}. Raise ${name}, or draft a shorter one.`,
      );
    }
    const posted = await launch.countPosts(now() - ms);
    if (posted + needed <= most) continue;
    throw new PostingEnded({
      kind: 'put-off',
      reason: `The launch file allows ${most} posts in ${span} (${name}), and ${posted} went out.`,
      until: now() + times.putOffMs,
    });
  }
}
