import { NarratorError } from '../../errors.ts';
import type { AnnouncementChannel } from '../../store/announcement-store.ts';
import type { ThreadRow } from '../../store/launch-store.ts';
import type { Store } from '../../store/store.ts';
import { hashContent } from '../thread/hash-content.ts';
import { announceDecision, announceDraft, type Decision } from './announce-thread.ts';
import { type ApprovalRules, actorOf, type Decider, whyNotAllowed } from './approval-rules.ts';
import { describeState } from './describe-state.ts';
import { isVersionOf, SHOWN_DIGITS, type ThreadVersion } from './thread-version.ts';

export interface ApprovalsOptions {
  readonly store: Pick<Store, 'launch' | 'announcements'>;
  /** Asked at each decision, so that who is taken off the list may decide no more. */
  readonly readRules: () => Promise<ApprovalRules>;
  /** What is wrong with the thread's numbers: a sentence each. */
  readonly checkNumbers: (row: ThreadRow) => Promise<readonly string[]>;
  /** @throws NarratorError where the text cannot be a thread, or has numbers without a source */
  readonly applyEdit: (
    row: ThreadRow,
    text: string,
  ) => Pick<ThreadRow, 'content' | 'contentHash' | 'numbers'>;
  readonly now?: () => number;
  /** Told when there is something to announce. */
  readonly onAnnounced?: () => void;
}

/**
 * - `done`: this call did it; `row` is the thread since, `before` what it was.
 * - `unchanged`: it is so already, or the thread is over; `sentences` say what it is.
 * - `refused`: with sentences for the person who asked. It is in the audit table.
 * - `faulty`: what was typed cannot be taken.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly row: ThreadRow; readonly before: ThreadRow }
  | { readonly kind: 'unchanged'; readonly row: ThreadRow; readonly sentences: readonly string[] }
  | { readonly kind: 'refused' | 'faulty'; readonly sentences: readonly string[] };

/** What people decide over threads, the same from each platform and the command line. All reject with StoreError. */
export interface Approvals {
  /** The thread to be edited or rejected, where this person may and it is the version that stands. Changes nothing. */
  open(version: ThreadVersion, decider: Decider): Promise<ThreadRow | null>;
  /** Approves exactly the content that was looked at: without at least the first 12 digits of its hash it is refused. */
  approve(version: ThreadVersion, decider: Decider): Promise<Outcome>;
  /** @param why a line for everybody to read */
  reject(version: ThreadVersion, decider: Decider, why: string): Promise<Outcome>;
  /** @param text parts with a line `---` between them; pictures stay at their places */
  edit(version: ThreadVersion, decider: Decider, text: string): Promise<Outcome>;
}

/** To be looked through for who wrote what stands. */
const MOST_AUDIT = 1000;
/** Of a refusal, in characters: numbers may be wrong in many ways. */
const MOST_DETAIL = 2000;
const NOT_CURRENT = 'not the version that stands';
const OLDER = 'This is an older version of the thread: decide over the newest, further down.';

export function createApprovals(options: ApprovalsOptions): Approvals {
  const { store, readRules, now = Date.now, onAnnounced = () => {} } = options;
  const { launch, announcements } = store;

  async function refuse(
    what: string,
    { threadId, revision, hashStart }: ThreadVersion,
    decider: Decider,
    contentHash: string | null,
    reason: string,
    sentences: readonly string[],
  ): Promise<Outcome & { kind: 'refused' }> {
    const asked = [
      ...(revision === null ? [] : [`revision ${revision}`]),
      ...(hashStart === null ? [] : [`hash ${hashStart.slice(0, SHOWN_DIGITS)}`]),
    ];
    await launch.audit({
      at: now(),
      actor: actorOf(decider),
      action: 'refused',
      subject: `thread:${threadId}`,
      contentHash,
      detail: `${what}${asked.length > 0 ? ` of ${asked.join(', ')}` : ''}: ${reason}`.slice(0, MOST_DETAIL),
    });
    return { kind: 'refused', sentences };
  }

  /** What every decision asks first: whether this person may, there, and whether it is about what stands now. */
  async function look(
    what: string,
    version: ThreadVersion,
    decider: Decider,
  ): Promise<(Outcome & { kind: 'refused' }) | { kind: 'open'; row: ThreadRow; rules: ApprovalRules }> {
    const rules = await readRules();
    const not = whyNotAllowed(rules, decider);
    if (not) return await refuse(what, version, decider, null, not.reason, [not.sentence]);
    const row = await launch.thread(version.threadId);
    if (!row) {
      return await refuse(what, version, decider, null, 'no such thread', ['There is no such thread.']);
    }
    if (!isVersionOf(version, row)) {
      return await refuse(what, version, decider, row.contentHash, NOT_CURRENT, [OLDER]);
    }
    return { kind: 'open', row, rules };
  }

  /** Nothing was done: another was first. Looks at what that was. */
  async function unchanged(
    what: string,
    version: ThreadVersion,
    decider: Decider,
    row: ThreadRow,
  ): Promise<Outcome> {
    const since = (await launch.thread(row.id)) ?? row;
    if (since.revision === row.revision) {
      return { kind: 'unchanged', row: since, sentences: [describeState(since)] };
    }
    return await refuse(what, version, decider, since.contentHash, NOT_CURRENT, [OLDER]);
  }

  async function done(before: ThreadRow): Promise<Outcome & { kind: 'done' }> {
    const row = await launch.thread(before.id);
    if (!row) throw new Error(`the thread ${before.id} is gone`);
    return { kind: 'done', row, before };
  }

  /** Where somebody decided by a button, its message shows it. */
  async function tellOthers(
    row: ThreadRow,
    decision: Decision,
    rules: ApprovalRules,
    decider: Decider,
  ): Promise<void> {
    const others = rules.channels.filter(channel => !isAt(channel, decider));
    await announceDecision(announcements, row, decision, nameOf(decider), others, now());
    onAnnounced();
  }

  /** Whether the text is, or may be, the decider's own. */
  async function isAuthor(row: ThreadRow, decider: Decider): Promise<boolean> {
    const trail = await launch.auditTrail(`thread:${row.id}`, MOST_AUDIT);
    const authors = trail
      .filter(
        ({ action, contentHash }) => ['draft', 'edit'].includes(action) && contentHash === row.contentHash,
      )
      .map(({ actor }) => actor);
    // Authors who asked to be forgotten have this in the place of their ids.
    const forgotten = decider.kind === 'person' ? `${decider.platform}:forgotten` : null;
    return authors.length === 0 || authors.some(actor => actor === actorOf(decider) || actor === forgotten);
  }

  return {
    async open(version, decider) {
      if (whyNotAllowed(await readRules(), decider)) return null;
      const row = await launch.thread(version.threadId);
      return row && isVersionOf(version, row) && isOpen(row) ? row : null;
    },
    async approve(version, decider) {
      const looked = await look('approve', version, decider);
      if (looked.kind !== 'open') return looked;
      const { row, rules } = looked;
      const { contentHash, id } = row;
      const no = (reason: string, sentences: readonly string[]) =>
        refuse('approve', version, decider, contentHash, reason, sentences);
      if ((version.hashStart?.length ?? 0) < SHOWN_DIGITS) {
        const sentence = `Say what you approve: at least the first ${SHOWN_DIGITS} digits of the hash that the preview shows.`;
        return await no('no hash', [sentence]);
      }
      if (row.state !== 'draft') return await unchanged('approve', version, decider, row);
      if (hashContent(row.content) !== contentHash) {
        return await no('the content is not that of its hash', [
          'The thread’s content was changed past the program, so it cannot be approved: make a new draft.',
        ]);
      }
      if (rules.fourEyes && (await isAuthor(row, decider))) {
        return await no('its author', ['Whoever wrote this text cannot approve it: somebody else has to.']);
      }
      const faults = await options.checkNumbers(row);
      if (faults.length > 0) return await no(`numbers: ${faults.join(' ')}`, faults);
      if (!(await launch.approve(id, contentHash, actorOf(decider), now()))) {
        return await unchanged('approve', version, decider, row);
      }
      const outcome = await done(row);
      await tellOthers(outcome.row, 'approved', rules, decider);
      return outcome;
    },
    async reject(version, decider, why) {
      const looked = await look('reject', version, decider);
      if (looked.kind !== 'open') return looked;
      const { row, rules } = looked;
      if (why.trim() === '') return { kind: 'faulty', sentences: ['Say why: the reason is kept and shown.'] };
      if (!(await launch.reject(row.id, actorOf(decider), why, now()))) {
        return await unchanged('reject', version, decider, row);
      }
      const outcome = await done(row);
      await tellOthers(outcome.row, 'rejected', rules, decider);
      return outcome;
    },
    async edit(version, decider, text) {
      const looked = await look('edit', version, decider);
      if (looked.kind !== 'open') return looked;
      const { row, rules } = looked;
      if (!isOpen(row)) return await unchanged('edit', version, decider, row);
      let change: ReturnType<ApprovalsOptions['applyEdit']>;
      try {
        change = options.applyEdit(row, text);
      } catch (error) {
        if (!(error instanceof NarratorError)) throw error;
        return { kind: 'faulty', sentences: [error.message] };
      }
      if (change.contentHash === row.contentHash) {
        return { kind: 'unchanged', row, sentences: ['Nothing was changed.'] };
      }
      if (!(await launch.edit(row.id, row.revision, change, actorOf(decider), now()))) {
        return await unchanged('edit', version, decider, row);
      }
      const outcome = await done(row);
      await announceDraft(announcements, outcome.row, rules.channels, now());
      onAnnounced();
      return outcome;
    },
  };
}

/** As others read it: `Ada (discord:80351110224678912)`. */
export function nameOf(decider: Decider): string {
  return decider.kind === 'cli' ? actorOf(decider) : `${decider.name} (${actorOf(decider)})`;
}

function isOpen({ state }: ThreadRow): boolean {
  return state === 'draft' || state === 'approved';
}

function isAt({ platform, channelId }: AnnouncementChannel, decider: Decider): boolean {
  return decider.kind === 'person' && decider.platform === platform && decider.channelId === channelId;
}
