import type { AnnouncementMessage, DraftMessage } from '../../jobs/announcement-message.ts';
import type { AnnouncementChannel, AnnouncementStore } from '../../store/announcement-store.ts';
import type { ThreadRow } from '../../store/launch-store.ts';
import type { Store } from '../../store/store.ts';
import { describePostAt, timeOf } from './describe-state.ts';
import { SHOWN_DIGITS } from './thread-version.ts';

/** Has a draft shown in the channels, with its buttons; each revision once. */
export async function announceDraft(
  announcements: Pick<AnnouncementStore, 'add'>,
  { id, revision }: Pick<ThreadRow, 'id' | 'revision'>,
  channels: readonly AnnouncementChannel[],
  now: number,
): Promise<void> {
  // The row itself is read when it is shown: pictures are not stored twice, and what is overtaken is not shown.
  const message: DraftMessage = { thread: { id, revision } };
  await announcements.add(`thread:${id}:${revision}`, message, channels, now);
}

/** How many drafts are shown; whoever has more had better reject some. */
const MOST_DRAFTS = 50;

/**
 * Has every draft shown that was not yet: from the command line, by another process, or in a channel that was added since.
 *
 * @throws StoreError
 */
export async function announceDrafts(
  { launch, announcements }: Pick<Store, 'launch' | 'announcements'>,
  channels: readonly AnnouncementChannel[],
  now: number,
): Promise<void> {
  if (channels.length === 0) return;
  for (const draft of await launch.drafts(MOST_DRAFTS)) {
    await announceDraft(announcements, draft, channels, now);
  }
}

export type Decision = 'approved' | 'rejected';

/**
 * Tells the channels what was decided.
 *
 * @param row as it is since; it may be on its way already
 * @param by who decided, as people read it
 */
export async function announceDecision(
  announcements: Pick<AnnouncementStore, 'add'>,
  row: ThreadRow,
  decision: Decision,
  by: string,
  channels: readonly AnnouncementChannel[],
  now: number,
): Promise<void> {
  const { id, revision, title } = row;
  const message: AnnouncementMessage = {
    heading: `Thread ${decision}: ${title}`,
    texts: [describeDecision(row, decision, by)],
    picture: null,
  };
  await announcements.add(`thread:${id}:${revision}:${decision}`, message, channels, now);
}

/** @param by who decided, as people read it */
export function describeDecision(row: ThreadRow, decision: Decision, by: string): string {
  const { contentHash, approval, changedAt, reason } = row;
  const hash = `Hash ${contentHash.slice(0, SHOWN_DIGITS)}.`;
  return decision === 'rejected'
    ? `Rejected by ${by}, ${timeOf(changedAt)}: ${reason ?? ''} ${hash}`
    : `Approved by ${by}, ${timeOf(approval?.at ?? changedAt)}. It goes out ${describePostAt(row)}. ${hash}`;
}
