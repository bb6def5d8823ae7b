import type { Kysely } from 'kysely';
import type { ColumnTypes } from './migrations.ts';

/** Indexes by name: the table and its columns, the one that is compared for equality first. */
const INDEXES = {
  descriptions_reply: ['descriptions', 'reply_id'],
  descriptions_channel: ['descriptions', 'channel_id', 'described_at'],
  descriptions_server: ['descriptions', 'server_id', 'described_at'],
  descriptions_author: ['descriptions', 'author_id', 'described_at'],
  descriptions_requester: ['descriptions', 'requester_id'],
  descriptions_model: ['descriptions', 'model', 'described_at'],
  descriptions_time: ['descriptions', 'described_at'],
  descriptions_expiry: ['descriptions', 'expires_at'],
  replies_requester: ['replies', 'requester_id'],
  replies_author: ['replies', 'author_id'],
  replies_expiry: ['replies', 'expires_at'],
  channel_settings_watch: ['channel_settings', 'watch'],
  reports_time: ['reports', 'reported_at'],
  reports_reporter: ['reports', 'reporter_id'],
  reports_author: ['reports', 'author_id'],
  pending_platform: ['pending', 'platform', 'created_at'],
  pending_person: ['pending', 'person_id'],
  pending_time: ['pending', 'created_at'],
} as const;

export async function createFirstTables(
  db: Kysely<unknown>,
  { text, integer, real, time }: ColumnTypes,
): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('descriptions')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('reply_id', text, column => column.notNull())
    .addColumn('platform', text, column => column.notNull())
    .addColumn('server_id', text)
    .addColumn('channel_id', text, column => column.notNull())
    .addColumn('requester_id', text, column => column.notNull())
    .addColumn('author_id', text, column => column.notNull())
    .addColumn('engine', text, column => column.notNull())
    .addColumn('model', text, column => column.notNull())
    .addColumn('style', text, column => column.notNull())
    .addColumn('words', integer, column => column.notNull())
    .addColumn('adjectives', integer, column => column.notNull())
    .addColumn('supported', integer)
    .addColumn('contradicted', integer)
    .addColumn('uncheckable', integer)
    .addColumn('supported_per100_words', real)
    .addColumn('interpretive', integer, column => column.notNull())
    .addColumn('engine_ms', real, column => column.notNull())
    .addColumn('total_ms', real, column => column.notNull())
    .addColumn('described_at', time, column => column.notNull())
    .addColumn('text', text)
    .addColumn('expires_at', time, column => column.notNull())
    .execute();
  await schema
    .createTable('replies')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('platform', text, column => column.notNull())
    .addColumn('server_id', text)
    .addColumn('channel_id', text, column => column.notNull())
    .addColumn('requester_id', text, column => column.notNull())
    .addColumn('author_id', text, column => column.notNull())
    .addColumn('message_id', text)
    .addColumn('state', text, column => column.notNull())
    .addColumn('created_at', time, column => column.notNull())
    .addColumn('expires_at', time, column => column.notNull())
    .execute();
  await schema
    .createTable('channel_settings')
    .addColumn('platform', text, column => column.notNull())
    .addColumn('channel_id', text, column => column.notNull())
    .addColumn('server_id', text)
    .addColumn('watch', integer, column => column.notNull())
    .addColumn('style', text, column => column.notNull())
    .addColumn('keep_history', integer, column => column.notNull())
    .addColumn('retention_days', integer, column => column.notNull())
    .addColumn('changed_by', text)
    .addColumn('changed_at', time, column => column.notNull())
    .addPrimaryKeyConstraint('channel_settings_key', ['platform', 'channel_id'])
    .execute();
  await schema
    .createTable('server_settings')
    .addColumn('platform', text, column => column.notNull())
    .addColumn('server_id', text, column => column.notNull())
    .addColumn('leaderboard', integer, column => column.notNull())
    .addColumn('changed_by', text)
    .addColumn('changed_at', time, column => column.notNull())
    .addPrimaryKeyConstraint('server_settings_key', ['platform', 'server_id'])
    .execute();
  await schema
    .createTable('opt_outs')
    .addColumn('platform', text, column => column.notNull())
    .addColumn('person_id', text, column => column.notNull())
    .addColumn('opted_out_at', time, column => column.notNull())
    .addPrimaryKeyConstraint('opt_outs_key', ['platform', 'person_id'])
    .execute();
  await schema
    .createTable('reports')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('reply_id', text, column => column.notNull())
    .addColumn('platform', text, column => column.notNull())
    .addColumn('channel_id', text, column => column.notNull())
    .addColumn('reporter_id', text, column => column.notNull())
    .addColumn('author_id', text, column => column.notNull())
    .addColumn('reason', text, column => column.notNull())
    .addColumn('comment', text, column => column.notNull())
    .addColumn('text', text, column => column.notNull())
    .addColumn('engine', text, column => column.notNull())
    .addColumn('model', text, column => column.notNull())
    .addColumn('reported_at', time, column => column.notNull())
    .execute();
  await schema
    .createTable('pending')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('platform', text, column => column.notNull())
    .addColumn('person_id', text, column => column.notNull())
    .addColumn('work', text, column => column.notNull())
    .addColumn('due_at', time, column => column.notNull())
    .addColumn('created_at', time, column => column.notNull())
    .addColumn('added_by', text, column => column.notNull())
    .execute();
  await schema
    .createTable('samples')
    .addColumn('source', text, column => column.notNull())
    .addColumn('subject', text, column => column.notNull())
    .addColumn('metric', text, column => column.notNull())
    .addColumn('value', real)
    .addColumn('outcome', text, column => column.notNull())
    .addColumn('reason', text)
    .addColumn('taken_at', time, column => column.notNull())
    .addPrimaryKeyConstraint('samples_key', ['source', 'metric', 'subject', 'taken_at'])
    .execute();
  for (const [name, [table, ...columns]] of Object.entries(INDEXES)) {
    await schema.createIndex(name).on(table).columns(columns).execute();
  }
}
