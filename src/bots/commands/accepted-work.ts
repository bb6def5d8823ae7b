import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Store } from '../../store/store.ts';
import { PLATFORMS, type Place, type Platform } from './bot-port.ts';
import { imageReference } from './reply-state.ts';
import type { TryStore } from './try-store.ts';

const place = z.object({
  platform: z.enum(PLATFORMS),
  serverId: z.string().nullable(),
  channelId: z.string(),
  channelName: z.string(),
  topic: z.string(),
  isDirect: z.boolean(),
  isMember: z.boolean(),
}) satisfies z.ZodType<Place>;

const work = z.discriminatedUnion('kind', [
  /** A command or button: what it would be answered with dies with the process. */
  z.object({ kind: z.literal('ask'), channelId: z.string(), isMember: z.boolean() }),
  /** A mention, or an image in a watched channel. */
  z.object({
    kind: z.enum(['mention', 'watch']),
    place,
    postId: z.string(),
    requesterId: z.string(),
    authorId: z.string(),
    reference: imageReference,
  }),
]);
export type Work = z.infer<typeof work>;
export type PostWork = Exclude<Work, { kind: 'ask' }>;

/** Accepted work as it is stored; null where it is of another shape. */
export function readWork(stored: unknown): Work | null {
  return work.safeParse(stored).data ?? null;
}

export interface AcceptedWork {
  readonly id: string;
  readonly platform: Platform;
  readonly personId: string;
  readonly work: Work;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
}

export interface WorkBook {
  /** Takes work on, at once. False where it is at hand, or was done lately. */
  claim(id: string): boolean;
  /**
   * Notes claimed work in the store before it is begun.
   *
   * @param isKept false for people who opted out: then a crash loses it
   * @returns false where another process noted it: one that is at it, or one that crashed, and `resume` will see to it
   */
  note(accepted: AcceptedWork, isKept: boolean): Promise<boolean>;
  /** It was answered. */
  done(id: string): Promise<void>;
  /** It stays in the store, for the next process. */
  leave(id: string): void;
  isClaimed(id: string): boolean;
}

/** Work that was accepted and not answered yet, in the store; its ids also in memory, so that a platform may tell twice. */
export function createWorkBook(store: Store, tryStore: TryStore, now: () => number): WorkBook {
  const claimed = new LRUCache<string, true>({ max: 20_000, ttl: 3_600_000 });
  return {
    claim(id) {
      if (claimed.has(id)) return false;
      claimed.set(id, true);
      return true;
    },
    async note({ id, platform, personId, work, dueAt }, isKept) {
      if (!isKept) return true;
      const row = { id, platform, personId, work, dueAt, createdAt: now() };
      // Where the store fails the work is done all the same.
      const isNew = (await tryStore('pending work', () => store.pending.add(row)))?.value ?? true;
      if (!isNew) claimed.delete(id);
      return isNew;
    },
    async done(id) {
      await tryStore('pending work', () => store.pending.done(id));
    },
    leave(id) {
      claimed.delete(id);
    },
    isClaimed: id => claimed.has(id),
  };
}
