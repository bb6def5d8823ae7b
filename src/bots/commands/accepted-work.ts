import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { PendingRow, Store } from '../../store/store.ts';
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

/** A message that a crash leaves standing half done. */
const standing = z.string().optional();

const work = z.discriminatedUnion('kind', [
  /** A command or button: what it would be answered with dies with the process. */
  z.object({ kind: z.literal('ask'), channelId: z.string(), isMember: z.boolean(), standing }),
  /** A mention, or an image in a watched channel. */
  z.object({
    kind: z.enum(['mention', 'watch']),
    place,
    postId: z.string(),
    requesterId: z.string(),
    authorId: z.string(),
    reference: imageReference,
    standing,
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
  /** Notes that a message says that work goes on, or a text that grows. */
  stands(id: string, messageId: string): Promise<void>;
  /** It was answered. */
  done(id: string): Promise<void>;
  /** It stays in the store, for the next process. */
  leave(id: string): void;
  isClaimed(id: string): boolean;
  /** Tries a last time to take answered work off the store, where that failed so far. */
  close(): Promise<void>;
}

const MAX_CLAIMED = 20_000;
const MAX_NOTED = 2000;
const HOUR_MS = 3_600_000;
/** Until the store is asked again to forget what was answered; it doubles each time. */
const FIRST_RETRY_MS = 1000;
const MOST_RETRY_MS = 30_000;

/** Work that was accepted and not answered yet, in the store; its ids also in memory, so that a platform may tell twice. */
export function createWorkBook(store: Store, tryStore: TryStore, now: () => number): WorkBook {
  const claimed = new LRUCache<string, true>({ max: MAX_CLAIMED, ttl: HOUR_MS });
  const noted = new LRUCache<string, Work>({ max: MAX_NOTED, ttl: HOUR_MS });
  /** Rows that the store may still add, though nobody waits for it any longer. */
  const adding = new Map<string, Promise<unknown>>();
  /** Answered, and in the store all the same: after a restart it would be answered again. */
  const owed = new LRUCache<string, true>({ max: MAX_CLAIMED });
  let timer: NodeJS.Timeout | undefined;

  async function add(row: PendingRow): Promise<boolean> {
    const added = store.pending.add(row);
    const settled = added.catch(() => {}).finally(() => adding.delete(row.id));
    adding.set(row.id, settled);
    return await added;
  }

  async function remove(id: string): Promise<boolean> {
    const isRemoved = await tryStore('pending work', async () => {
      await adding.get(id);
      await store.pending.done(id);
    });
    if (isRemoved) owed.delete(id);
    return isRemoved !== null;
  }

  async function removeOwed(): Promise<void> {
    for (const id of [...owed.keys()]) if (!(await remove(id))) return;
  }

  function planRemoval(waitMs: number): void {
    timer ??= setTimeout(async () => {
      await removeOwed();
      timer = undefined;
      if (owed.size > 0) planRemoval(Math.min(MOST_RETRY_MS, waitMs * 2));
    }, waitMs).unref();
  }

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
      const isNew = (await tryStore('pending work', () => add(row)))?.value ?? true;
      if (isNew) noted.set(id, work);
      else claimed.delete(id);
      return isNew;
    },
    async stands(id, messageId) {
      const work = noted.get(id);
      if (!work) return;
      await tryStore('pending work', () => store.pending.change(id, { ...work, standing: messageId }));
    },
    async done(id) {
      noted.delete(id);
      if (await remove(id)) return;
      owed.set(id, true);
      planRemoval(FIRST_RETRY_MS);
    },
    leave(id) {
      claimed.delete(id);
    },
    isClaimed: id => claimed.has(id),
    async close() {
      clearTimeout(timer);
      await removeOwed();
    },
  };
}
