import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ReplyRow, Store } from '../../store/store.ts';
import { BotError } from './bot-error.ts';
import type { Platform, PostedImage } from './bot-port.ts';
import type { DescribedImage } from './described-image.ts';
import { type ReplyState, readReplyState } from './reply-state.ts';
import type { TryStore } from './try-store.ts';

/** A reply with buttons. */
export interface KnownReply {
  readonly row: Omit<ReplyRow, 'state'>;
  readonly state: ReplyState;
  /** Where its images can be read from; null where they have to be found again. */
  readonly images: readonly PostedImage[] | null;
  /** What it says, an image each; null where that is no longer in memory or something failed. */
  readonly shown: readonly DescribedImage[] | null;
}

export interface KnownReplies {
  newId(): string;
  /**
   * Remembers the reply, and keeps it in the store where told so.
   *
   * @returns whether it is in the store
   */
  put(reply: KnownReply, isKept: boolean): Promise<boolean>;
  /** @throws BotError `unknown-target`; StoreError */
  get(id: string): Promise<KnownReply>;
  /** From memory alone. */
  remembered(id: string): KnownReply | undefined;
  /** Deletes it with its descriptions. @throws StoreError */
  delete(id: string): Promise<void>;
  /** Drops from memory what names the person. */
  forgetPerson(platform: Platform, personId: string): void;
}

/**
 * The replies whose buttons work: the last ones in memory, with what they say and where their images are; the others,
 * and all after a restart, from the store, without texts. Of people who opted out they are in memory alone.
 *
 * @param engines those that are set up, the first one for replies of another
 */
export function createKnownReplies(
  store: Store,
  tryStore: TryStore,
  engines: readonly string[],
): KnownReplies {
  const memory = new LRUCache<string, KnownReply>({ max: 1000, ttl: 3_600_000 });

  return {
    newId: () => randomBytes(12).toString('base64url'),
    async put(reply, isKept) {
      memory.set(reply.row.id, reply);
      if (!isKept) return false;
      const put = () => store.replies.put({ ...reply.row, state: reply.state });
      return (await tryStore('reply', put)) !== null;
    },
    async get(id) {
      const found = memory.get(id);
      if (found) return found;
      const row = await store.replies.get(id);
      const state = row && readReplyState(row.state);
      if (!state) {
        throw new BotError(
          'unknown-target',
          'The bot no longer knows this description: it was deleted, or is older than it is kept. Ask for a new one.',
        );
      }
      const { state: _, ...rest } = row;
      // The engine that wrote it may no longer be set up.
      const engine = engines.includes(state.engine) ? state.engine : engines[0]!;
      return { row: rest, state: { ...state, engine }, images: null, shown: null };
    },
    remembered: id => memory.get(id),
    async delete(id) {
      memory.delete(id);
      await store.descriptions.deleteReply(id);
      await store.replies.delete(id);
    },
    forgetPerson(platform, personId) {
      for (const [id, { row }] of memory.entries()) {
        if (row.platform === platform && (row.requesterId === personId || row.authorId === personId)) {
          memory.delete(id);
        }
      }
    },
  };
}
