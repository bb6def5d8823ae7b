import type { ThreadRow } from '../../store/launch-store.ts';

/** What has become of a thread, as a sentence. */
export function describeState({ state, approval, reason, changedAt }: ThreadRow): string {
  const why = reason ? ` ${reason}` : '';
  const approved = approval ? ` It was approved by ${approval.by}, ${timeOf(approval.at)}.` : '';
  switch (state) {
    case 'draft':
      return 'The thread waits for approval.';
    case 'approved':
      return `The thread is approved${approval ? ` by ${approval.by}, ${timeOf(approval.at)}` : ''}.`;
    case 'posting':
      return `The thread is being posted.${approved}`;
    case 'posted':
      return `The thread was posted, ${timeOf(changedAt)}.${approved}`;
    case 'stopped':
      return `Posting the thread was stopped:${why || ' no reason is known.'}`;
    case 'rejected':
      return `The thread was rejected, ${timeOf(changedAt)}:${why}`;
    case 'cancelled':
      return `The thread was cancelled, ${timeOf(changedAt)}.`;
  }
}

/** When a thread goes out, as far as that is settled. */
export function describePostAt({ postAt, approval }: Pick<ThreadRow, 'postAt' | 'approval'>): string {
  if (postAt !== null) return `not before ${timeOf(postAt)}`;
  return approval ? 'as soon as posting allows' : 'once it is approved';
}

/** To the minute, in UTC. */
export function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
