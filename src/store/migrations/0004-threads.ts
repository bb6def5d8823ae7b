import type { Kysely } from 'kysely';
import type { ColumnTypes } from './migrations.ts';

/** Threads that people approve, what is known of their parts on X, and who did what. */
export async function addThreads(db: Kysely<unknown>, { text, integer, time }: ColumnTypes): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('threads')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('title', text, column => column.notNull())
    .addColumn('state', text, column => column.notNull())
    .addColumn('content', text, column => column.notNull())
    .addColumn('content_hash', text, column => column.notNull())
    .addColumn('numbers', text, column => column.notNull())
    .addColumn('run_id', text)
    .addColumn('revision', integer, column => column.notNull())
    .addColumn('approved_hash', text)
    .addColumn('approved_by', text)
    .addColumn('approved_at', time)
    .addColumn('post_at', time)
    .addColumn('reason', text)
    .addColumn('created_at', time, column => column.notNull())
    .addColumn('created_by', text, column => column.notNull())
    .addColumn('changed_at', time, column => column.notNull())
    .addColumn('holder', text)
    .addColumn('lease_until', time)
    .execute();
  await schema
    .createTable('thread_parts')
    .addColumn('thread_id', text, column => column.notNull())
    .addColumn('position', integer, column => column.notNull())
    .addColumn('state', text, column => column.notNull())
    .addColumn('post_id', text)
    .addColumn('media_ids', text, column => column.notNull())
    .addColumn('sent_at', time)
    .addPrimaryKeyConstraint('thread_parts_key', ['thread_id', 'position'])
    .execute();
  await schema
    .createTable('audit')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('seq', time, column => column.notNull())
    .addColumn('at', time, column => column.notNull())
    .addColumn('actor', text, column => column.notNull())
    .addColumn('action', text, column => column.notNull())
    .addColumn('subject', text, column => column.notNull())
    .addColumn('content_hash', text)
    .addColumn('detail', text, column => column.notNull())
    .execute();
  await schema.createIndex('threads_state').on('threads').columns(['state', 'post_at']).execute();
  await schema.createIndex('threads_time').on('threads').columns(['created_at']).execute();
  await schema.createIndex('thread_parts_sent').on('thread_parts').columns(['sent_at']).execute();
  await schema.createIndex('audit_subject').on('audit').columns(['subject', 'seq']).execute();
  await schema.createIndex('audit_order').on('audit').columns(['seq']).execute();
  await schema.createIndex('audit_actor').on('audit').columns(['actor']).execute();
}
