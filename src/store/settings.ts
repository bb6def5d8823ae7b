import { DAY_MS } from './day.ts';
import type { RunQuery } from './run-query.ts';
import type { ChannelSettingsTable } from './schema.ts';
import type { ChannelSettings, SettingsStore } from './store.ts';

export function createSettingsStore(run: RunQuery): SettingsStore {
  return {
    channel: (platform, channelId) =>
      run(async db => {
        const row = await db
          .selectFrom('channelSettings')
          .selectAll()
          .where('platform', '=', platform)
          .where('channelId', '=', channelId)
          .executeTakeFirst();
        return row ? toSettings(row) : null;
      }),
    changeChannel: ({ platform, serverId, channelId }, change, defaults, by, now) =>
      run(db =>
        db.transaction().execute(async transaction => {
          const changed = { ...toColumns(change), serverId, changedBy: by, changedAt: now };
          const row = await transaction
            .insertInto('channelSettings')
            .values({ ...toColumns(defaults), ...changed, platform, channelId })
            .onConflict(conflict => conflict.columns(['platform', 'channelId']).doUpdateSet(changed))
            .returningAll()
            .executeTakeFirstOrThrow();
          // What is kept already may be kept no longer than the channel wants from now on.
          const kept = transaction
            .updateTable('descriptions')
            .where('platform', '=', platform)
            .where('channelId', '=', channelId);
          if (change.keepHistory === false) {
            await kept.set({ text: null }).where('text', 'is not', null).execute();
          }
          if (change.retentionDays !== undefined) {
            const keptMs = change.retentionDays * DAY_MS;
            await kept
              .set(({ eb }) => ({ expiresAt: eb('describedAt', '+', keptMs) }))
              .where(({ eb }) => eb('expiresAt', '>', eb('describedAt', '+', keptMs)))
              .execute();
          }
          return toSettings(row);
        }),
      ),
    watchedChannels: () =>
      run(db =>
        db.selectFrom('channelSettings').select(['platform', 'channelId']).where('watch', '=', 1).execute(),
      ),
    hasLeaderboard: (platform, serverId) =>
      run(async db => {
        const row = await db
          .selectFrom('serverSettings')
          .select('leaderboard')
          .where('platform', '=', platform)
          .where('serverId', '=', serverId)
          .executeTakeFirst();
        return row?.leaderboard === 1;
      }),
    setLeaderboard: (platform, serverId, isOn, by, now) =>
      run(async db => {
        const changed = { leaderboard: Number(isOn), changedBy: by, changedAt: now };
        await db
          .insertInto('serverSettings')
          .values({ ...changed, platform, serverId })
          .onConflict(conflict => conflict.columns(['platform', 'serverId']).doUpdateSet(changed))
          .execute();
      }),
  };
}

function toSettings(row: ChannelSettingsTable): ChannelSettings {
  return {
    watch: row.watch === 1,
    style: row.style,
    keepHistory: row.keepHistory === 1,
    retentionDays: row.retentionDays,
  };
}

/** Only what is named: what is left out stays as it is in the database. */
function toColumns<T extends Partial<ChannelSettings>>(settings: T) {
  const { watch, style, keepHistory, retentionDays } = settings;
  return Object.fromEntries(
    Object.entries({
      watch: watch === undefined ? undefined : Number(watch),
      style,
      keepHistory: keepHistory === undefined ? undefined : Number(keepHistory),
      retentionDays,
    }).filter(([, value]) => value !== undefined),
  ) as { [K in keyof T & keyof ChannelSettings]: ChannelSettingsTable[K] };
}
