import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './migrations.ts';

/** The runs of jobs, and what is announced: both are claimed by unique rows. */
export async function addJobs(db: Kysely<unknown>, { text, integer, time }: ColumnTypes): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('job_runs')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('job', text, column => column.notNull())
    .addColumn('slot', time, column => column.notNull())
    .addColumn('attempt', integer, column => column.notNull())
    .addColumn('process', text, column => column.notNull())
    .addColumn('started_at', time, column => column.notNull())
    .addColumn('ended_at', time)
    .addColumn('outcome', text, column => column.notNull())
    .addColumn('error', text)
    .addColumn('lease_until', time, column => column.notNull())
    .addUniqueConstraint('job_runs_slot', ['job', 'slot', 'attempt'])
    .execute();
  // Runs of one job never overlap: the database itself takes no second one.
  await sql`create unique index job_runs_running on job_runs (job) where outcome = 'running'`.execute(db);
  await schema.createIndex('job_runs_time').on('job_runs').columns(['started_at']).execute();
  await schema
    .createTable('announcements')
    .addColumn('key', text, column => column.notNull())
    .addColumn('platform', text, column => column.notNull())
    .addColumn('channel_id', text, column => column.notNull())
    .addColumn('message', text)
    .addColumn('state', text, column => column.notNull())
    .addColumn('error', text)
    .addColumn('created_at', time, column => column.notNull())
    .addColumn('changed_at', time, column => column.notNull())
    .addPrimaryKeyConstraint('announcements_key', ['key', 'platform', 'channel_id'])
    .execute();
  await schema
    .createIndex('announcements_state')
    .on('announcements')
    .columns(['state', 'created_at'])
    .execute();
}
