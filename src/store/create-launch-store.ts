import { randomUUID } from 'node:crypto';
import { type ExpressionBuilder, type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { AuditRow, LaunchStore, ThreadPartRow, ThreadRow, ThreadState } from './launch-store.ts';
import type { RunQuery } from './run-query.ts';
import type { Tables } from './schema.ts';
import { withoutNul } from './without-nul.ts';

type ThreadsTable = Selectable<Tables['threads']>;
type Conditions = ExpressionBuilder<Tables, 'threads'>;

/** An audit row that goes with a change. */
type Note = Omit<AuditRow, 'id' | 'subject' | 'contentHash'>;

const OPEN: readonly ThreadState[] = ['draft', 'approved'];
const PUT_OFF: readonly ThreadState[] = ['draft', 'approved', 'posting', 'stopped'];

/**
 * @param clock leases go by the database's clock: those of the processes may differ
 * @param flush makes what was committed survive a power failure: what is to be sent is known before it is sent
 */
export function createLaunchStore(
  run: RunQuery,
  clock: RawBuilder<number>,
  flush: () => Promise<void>,
): LaunchStore {
  /**
   * One change of a thread with its audit row, in one transaction. The row's id is drawn once: an attempt whose answer was
   * lost is known by it, and not made twice.
   */
  const change = (
    id: string,
    note: Note,
    set: (threads: Conditions) => Record<string, unknown>,
    where: (threads: Conditions) => ReturnType<Conditions['and']>,
    also?: (db: Kysely<Tables>) => Promise<void>,
  ): Promise<boolean> => {
    const auditId = randomUUID();
    return run(db =>
      db.transaction().execute(async transaction => {
        if (await hasAudit(transaction, auditId)) return true;
        const changed = await transaction
          .updateTable('threads')
          .set(threads => ({ ...set(threads), changedAt: note.at }))
          .where('id', '=', id)
          .where(where)
          .returning('contentHash')
          .executeTakeFirst();
        if (!changed) return false;
        await also?.(transaction);
        await addAudit(transaction, { ...note, id: auditId, subject: subjectOf(id), ...changed });
        return true;
      }),
    );
  };
  const readThread = (id: string) =>
    run(async db => {
      const row = await db.selectFrom('threads').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toThread(row) : null;
    });
  const isHeldBy =
    (holder: string) =>
    ({ and }: Conditions) =>
      and({ holder, state: 'posting' });
  const lease = (ms: number) => sql<number>`${clock} + ${sql.lit(ms)}`;
  const isAlive = ({ eb }: Conditions) => eb('leaseUntil', '>=', clock);

  return {
    async createThread(row) {
      const auditId = randomUUID();
      const { id, contentHash, createdBy: actor, createdAt: at } = row;
      await run(db =>
        db.transaction().execute(async transaction => {
          if (await hasAudit(transaction, auditId)) return;
          await transaction
            .insertInto('threads')
            .values({
              ...{ id, contentHash, runId: row.runId, title: withoutNul(row.title) },
              ...{ state: 'draft', revision: 1, reason: null, postAt: row.postAt },
              ...{ approvedHash: null, approvedBy: null, approvedAt: null, holder: null, leaseUntil: null },
              ...{ content: JSON.stringify(row.content), numbers: JSON.stringify(row.numbers) },
              ...{ createdAt: at, createdBy: actor, changedAt: at },
            })
            .execute();
          const detail = row.runId === null ? row.title : `${row.title} (run ${row.runId})`;
          const note = {
            id: auditId,
            at,
            actor,
            action: 'draft',
            subject: subjectOf(id),
            contentHash,
            detail,
          };
          await addAudit(transaction, note);
        }),
      );
    },
    thread: readThread,
    threads: limit =>
      run(async db => {
        const newest = db.selectFrom('threads').selectAll().orderBy('createdAt', 'desc').orderBy('id');
        return (await newest.limit(limit).execute()).map(toThread);
      }),
    drafts: limit =>
      run(async db => {
        const drafts = db.selectFrom('threads').select(['id', 'revision']).where('state', '=', 'draft');
        return await drafts.orderBy('createdAt', 'desc').orderBy('id').limit(limit).execute();
      }),
    edit: (id, revision, { content, contentHash, numbers }, actor, at) =>
      change(
        id,
        { at, actor, action: 'edit', detail: `revision ${revision + 1}` },
        () => ({
          ...{ state: 'draft', revision: revision + 1, contentHash, reason: null },
          ...{ approvedHash: null, approvedBy: null, approvedAt: null },
          ...{ content: JSON.stringify(content), numbers: JSON.stringify(numbers) },
        }),
        ({ eb, and, not, exists, selectFrom }) =>
          and([
            eb('state', 'in', OPEN),
            eb('revision', '=', revision),
            not(
              exists(
                selectFrom('threadParts')
                  .select('position')
                  .where('threadId', '=', id)
                  .where('state', '!=', 'waiting'),
              ),
            ),
          ]),
        // Pictures that were uploaded for the content of before are not those of this one.
        async db => {
          await db.deleteFrom('threadParts').where('threadId', '=', id).execute();
        },
      ),
    approve: (id, contentHash, by, at) =>
      change(
        id,
        { at, actor: by, action: 'approve', detail: '' },
        () => ({
          state: 'approved',
          approvedHash: contentHash,
          approvedBy: by,
          approvedAt: at,
          reason: null,
        }),
        ({ and }) => and({ state: 'draft', contentHash }),
      ),
    reject: (id, actor, why, at) =>
      change(
        id,
        { at, actor, action: 'reject', detail: why },
        () => ({ state: 'rejected', reason: withoutNul(why) }),
        ({ eb, and }) => and([eb('state', 'in', OPEN)]),
      ),
    cancel: (id, actor, at) =>
      change(
        id,
        { at, actor, action: 'cancel', detail: '' },
        () => ({ state: 'cancelled' }),
        ({ eb, and }) => and([eb('state', 'in', PUT_OFF)]),
      ),
    schedule: (id, postAt, actor, at) =>
      change(
        id,
        {
          at,
          actor,
          action: 'schedule',
          detail: postAt === null ? 'at once' : new Date(postAt).toISOString(),
        },
        () => ({ postAt }),
        ({ eb, and }) => and([eb('state', 'in', OPEN)]),
      ),
    async take(id, holder, leaseMs, now) {
      const isTaken = await change(
        id,
        { at: now, actor: outbox(holder), action: 'take', detail: '' },
        () => ({ state: 'posting', holder, leaseUntil: lease(leaseMs), reason: null }),
        threads => {
          const { eb, and, or, not } = threads;
          return and([
            eb('contentHash', '=', eb.ref('approvedHash')),
            or([
              and([eb('state', '=', 'approved'), or([eb('postAt', 'is', null), eb('postAt', '<=', now)])]),
              and([eb('state', '=', 'posting'), not(isAlive(threads))]),
            ]),
          ]);
        },
      );
      if (!isTaken) return null;
      await flush();
      return await readThread(id);
    },
    renew: (id, holder, leaseMs) =>
      run(async db => {
        const { numUpdatedRows } = await db
          .updateTable('threads')
          .set({ leaseUntil: lease(leaseMs) })
          .where('id', '=', id)
          .where(isHeldBy(holder))
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    parts: threadId =>
      run(async db => {
        const rows = db.selectFrom('threadParts').selectAll().where('threadId', '=', threadId);
        return (await rows.orderBy('position').execute()).map(({ mediaIds, ...row }) => ({
          ...row,
          mediaIds: JSON.parse(mediaIds) as string[],
        }));
      }),
    async putPart(part, holder) {
      const auditId = randomUUID();
      const isHeld = await run(db =>
        db.transaction().execute(transaction => putPart(transaction, part, holder, auditId)),
      );
      await flush();
      return isHeld;
    },
    finish: (id, holder, state, reason, at) =>
      change(
        id,
        { at, actor: outbox(holder), action: state, detail: reason ?? '' },
        () => ({ state, reason: reason === null ? null : withoutNul(reason), leaseUntil: null }),
        isHeldBy(holder),
      ),
    putOff: (id, holder, postAt, reason, at) =>
      change(
        id,
        { at, actor: outbox(holder), action: 'put-off', detail: reason },
        () => ({ state: 'approved', postAt, reason: withoutNul(reason), leaseUntil: null }),
        isHeldBy(holder),
      ),
    resume: (id, actor, at) =>
      change(
        id,
        { at, actor, action: 'resume', detail: '' },
        () => ({ state: 'approved', reason: null }),
        ({ and }) => and({ state: 'stopped' }),
      ),
    due: (now, limit) =>
      run(async db => {
        const rows = await db
          .selectFrom('threads')
          .select('id')
          .where(threads => {
            const { eb, and, or, not } = threads;
            return or([
              and([eb('state', '=', 'approved'), or([eb('postAt', 'is', null), eb('postAt', '<=', now)])]),
              and([eb('state', '=', 'posting'), not(isAlive(threads))]),
            ]);
          })
          .orderBy(sql`coalesce(post_at, approved_at)`)
          .orderBy('id')
          .limit(limit)
          .execute();
        return rows.map(({ id }) => id);
      }),
    countPosts: since =>
      run(async db => {
        const { posts } = await db
          .selectFrom('threadParts')
          .select(({ fn }) => fn.countAll().as('posts'))
          .where('sentAt', '>=', since)
          .where('state', '!=', 'waiting')
          .executeTakeFirstOrThrow();
        return Number(posts);
      }),
    audit(row) {
      const id = randomUUID();
      return run(async db => {
        if (!(await hasAudit(db, id))) await addAudit(db, { ...row, id });
      });
    },
    auditTrail: (subject, limit) =>
      run(async db => {
        const columns = ['id', 'at', 'actor', 'action', 'subject', 'contentHash', 'detail'] as const;
        const newest = db.selectFrom('audit').select(columns).orderBy('seq', 'desc');
        return await (subject === null ? newest : newest.where('subject', '=', subject))
          .limit(limit)
          .execute();
      }),
  };
}

function subjectOf(threadId: string): string {
  return `thread:${threadId}`;
}

function outbox(holder: string): string {
  return `outbox:${holder}`;
}

async function putPart(
  db: Kysely<Tables>,
  { threadId, position, mediaIds, ...rest }: ThreadPartRow,
  holder: string,
  auditId: string,
): Promise<boolean> {
  // Locks the thread's row on PostgreSQL: whoever cancels or takes it meanwhile waits for this part.
  const thread = await db
    .updateTable('threads')
    .set({ holder })
    .where('id', '=', threadId)
    .where('holder', '=', holder)
    .where('state', 'in', ['posting', 'cancelled'])
    .returning(['state', 'contentHash'])
    .executeTakeFirst();
  if (!thread) return false;
  const isHeld = thread.state === 'posting';
  const isPosted = rest.state === 'posted';
  if (!isHeld && !isPosted) return false;
  const row = { ...rest, mediaIds: JSON.stringify(mediaIds) };
  await db
    .insertInto('threadParts')
    .values({ threadId, position, ...row })
    .onConflict(conflict => conflict.columns(['threadId', 'position']).doUpdateSet(row))
    .execute();
  if (isPosted && !(await hasAudit(db, auditId))) {
    const detail = `part ${position + 1} stands as ${rest.postId}`;
    const note = { at: rest.sentAt ?? 0, actor: outbox(holder), action: 'post-part', detail };
    const { contentHash } = thread;
    await addAudit(db, { ...note, id: auditId, subject: subjectOf(threadId), contentHash });
  }
  return isHeld;
}

async function hasAudit(db: Kysely<Tables>, id: string): Promise<boolean> {
  return (await db.selectFrom('audit').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}

async function addAudit(db: Kysely<Tables>, row: AuditRow): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      ...row,
      detail: withoutNul(row.detail),
      seq: sql<number>`(select coalesce(max(seq), 0) + 1 from audit)`,
    })
    .execute();
}

function toThread({
  holder: _,
  leaseUntil: __,
  approvedHash,
  approvedBy,
  approvedAt,
  content,
  numbers,
  ...row
}: ThreadsTable): ThreadRow {
  return {
    ...row,
    content: JSON.parse(content) as ThreadRow['content'],
    numbers: JSON.parse(numbers) as ThreadRow['numbers'],
    approval:
      approvedHash === null || approvedBy === null || approvedAt === null
        ? null
        : { contentHash: approvedHash, by: approvedBy, at: approvedAt },
  };
}
