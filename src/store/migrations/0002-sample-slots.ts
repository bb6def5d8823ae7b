import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './migrations.ts';

/**
 * Samples get the slot that they belong to, which is their key, and the source's own id. SQLite cannot change a key: the
 * table is made anew. What was kept before belongs to the moment that it was taken at.
 */
export async function addSampleSlots(db: Kysely<unknown>, { text, real, time }: ColumnTypes): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('slotted_samples')
    .addColumn('source', text, column => column.notNull())
    .addColumn('subject', text, column => column.notNull())
    .addColumn('metric', text, column => column.notNull())
    .addColumn('value', real)
    .addColumn('outcome', text, column => column.notNull())
    .addColumn('reason', text)
    .addColumn('taken_at', time, column => column.notNull())
    .addColumn('slot', time, column => column.notNull())
    .addColumn('raw_id', text)
    .addPrimaryKeyConstraint('samples_slot_key', ['source', 'metric', 'subject', 'slot'])
    .execute();
  await sql`
    insert into slotted_samples (source, subject, metric, value, outcome, reason, taken_at, slot)
    select source, subject, metric, value, outcome, reason, taken_at, taken_at from samples`.execute(db);
  await schema.dropTable('samples').execute();
  await schema.alterTable('slotted_samples').renameTo('samples').execute();
}
