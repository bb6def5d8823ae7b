import type { Kysely } from 'kysely';
import type { ColumnTypes } from './migrations.ts';

/**
 * Statistics of a span of time are read from an index alone: it has every column that they are made of. Announcements get
 * what sending one again later needs.
 */
export async function addDashboard(db: Kysely<unknown>, { integer, time }: ColumnTypes): Promise<void> {
  const { schema } = db;
  await schema
    .createIndex('descriptions_figures')
    .on('descriptions')
    .columns([
      'described_at',
      'expires_at',
      'engine',
      'model',
      'words',
      'adjectives',
      'supported',
      'contradicted',
      'supported_per100_words',
      'engine_ms',
      'total_ms',
    ])
    .execute();
  // Its first column is the same.
  await schema.dropIndex('descriptions_time').execute();
  await schema
    .alterTable('announcements')
    .addColumn('attempts', integer, column => column.notNull().defaultTo(0))
    .execute();
  await schema
    .alterTable('announcements')
    .addColumn('due_at', time, column => column.notNull().defaultTo(0))
    .execute();
}
