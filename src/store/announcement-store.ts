import { type Kysely, sql } from 'kysely';
import type { RunQuery } from './run-query.ts';
import type { Tables } from './schema.ts';

/**
 * - `waiting`: for a process that has a bot of the platform.
 * - `sending`: a process is at it.
 * - `sent`, `failed`: with certainty.
 * - `unknown`: it may stand there or not, since no answer came or its process died in the middle; it is not sent again.
 */
export type AnnouncementState = 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown';

export interface AnnouncementChannel {
  readonly platform: 'discord' | 'slack';
  readonly channelId: string;
}

export interface Announcement extends AnnouncementChannel {
  /** What it is about: one of a key is made once. */
  readonly key: string;
  /** Plain data of who made it. */
  readonly message: unknown;
  /** How often it was tried and certainly not sent. */
  readonly attempts: number;
}

export interface AnnouncementStore {
  /** Adds a message for each channel. Where there is one of this key for a channel already, nothing changes. */
  add(key: string, message: unknown, channels: readonly AnnouncementChannel[], now: number): Promise<void>;
  /** Those of the keys that were made, for any channel. */
  known(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Takes the oldest that waits for one of the platforms and is due: it is the caller's alone, to be sent and then settled
   * or postponed.
   */
  take(platforms: readonly AnnouncementChannel['platform'][], now: number): Promise<Announcement | null>;
  settle(
    announcement: Announcement,
    state: 'sent' | 'failed' | 'unknown',
    error: string | null,
    now: number,
  ): Promise<void>;
  /** Lets one that was taken, and certainly not sent, wait until `dueAt`; counts the attempt. */
  postpone(announcement: Announcement, error: string, dueAt: number, now: number): Promise<void>;
}

/** Far longer than a platform takes. */
const SENDING_MS = 600_000;

export function createAnnouncementStore(run: RunQuery): AnnouncementStore {
  return {
    add: (key, message, channels, now) =>
      run(async db => {
        if (channels.length === 0) return;
        const rows = channels.map(({ platform, channelId }) => ({
          ...{ key, platform, channelId, message: JSON.stringify(message) },
          ...{ state: 'waiting' as const, error: null, attempts: 0, dueAt: 0 },
          ...{ createdAt: now, changedAt: now },
        }));
        await db
          .insertInto('announcements')
          .values(rows)
          .onConflict(conflict => conflict.doNothing())
          .execute();
      }),
    known: keys =>
      run(async db => {
        if (keys.length === 0) return new Set<string>();
        const found = await db
          .selectFrom('announcements')
          .select('key')
          .distinct()
          .where('key', 'in', keys)
          .execute();
        return new Set(found.map(({ key }) => key));
      }),
    take: (platforms, now) =>
      run(async db => {
        if (platforms.length === 0) return null;
        await db
          .updateTable('announcements')
          .set({ state: 'unknown', message: null, changedAt: now })
          .where('state', '=', 'sending')
          .where('changedAt', '<', now - SENDING_MS)
          .execute();
        const taken = await db
          .updateTable('announcements')
          .set({ state: 'sending', changedAt: now })
          .where('state', '=', 'waiting')
          .where(
            sql<boolean>`(key, platform, channel_id) in (
              select key, platform, channel_id from announcements
              where state = 'waiting' and platform in (${sql.join(platforms)}) and due_at <= ${now}
              order by created_at, key, channel_id limit 1)`,
          )
          .returning(['key', 'platform', 'channelId', 'message', 'attempts'])
          .executeTakeFirst();
        return taken ? { ...taken, message: JSON.parse(taken.message ?? 'null') as unknown } : null;
      }),
    settle: (announcement, state, error, now) =>
      run(async db => {
        await taken(db, announcement).set({ state, error, message: null, changedAt: now }).execute();
      }),
    postpone: (announcement, error, dueAt, now) =>
      run(async db => {
        const { attempts } = announcement;
        await taken(db, announcement)
          .set({ state: 'waiting', error, attempts: attempts + 1, dueAt, changedAt: now })
          // Taken for lost meanwhile, it is not sent again.
          .where('state', '=', 'sending')
          .execute();
      }),
  };
}

function taken(db: Kysely<Tables>, { key, platform, channelId }: Announcement) {
  return db
    .updateTable('announcements')
    .where('key', '=', key)
    .where('platform', '=', platform)
    .where('channelId', '=', channelId);
}
