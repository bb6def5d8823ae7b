import { describeThread } from '../../launch/thread/describe-thread.ts';
import type { ThreadRow } from '../../store/launch-store.ts';
import { paint, type Terminal } from '../terminal.ts';

/** A thread as it will be posted, for people. */
export function showThread(thread: ThreadRow, stdout: Terminal['stdout']): string {
  const { parts, costUsd, contentHash, isIntact } = describeThread(thread);
  const lines = [
    `${paint(stdout, 'bold', thread.title)}  (${thread.id}, revision ${thread.revision}, ${thread.state})`,
  ];
  for (const part of parts) {
    const head = `── ${part.position} of ${parts.length} · ${part.length}/${part.maxLength} · ${usd(part.costUsd)}${part.links.length > 0 ? ' (with a link)' : ''} `;
    lines.push('', paint(stdout, 'dim', head.padEnd(72, '─')), part.text);
    for (const { fileName, bytes, altText } of part.pictures) {
      lines.push(
        paint(stdout, 'dim', `[${fileName}, ${(bytes / 1000).toFixed(0)} kB]`),
        `Alt text: ${altText}`,
      );
    }
    if (part.mentions.length > 0) lines.push(`Calls ${part.mentions.map(name => `@${name}`).join(', ')}.`);
  }
  lines.push('', paint(stdout, 'dim', '─'.repeat(72)));
  lines.push(`Cost: ${usd(costUsd)} for ${parts.length} posts`, `Hash: ${contentHash}`);
  if (!isIntact) {
    lines.push(
      paint(
        stdout,
        'red',
        `It was changed where it is kept: the hash was ${thread.contentHash}. It cannot be posted.`,
      ),
    );
  }
  lines.push(`Approval: ${approvalOf(thread, contentHash)}`);
  lines.push(
    `To be posted: ${thread.postAt === null ? 'once approved' : `not before ${timeOf(thread.postAt)}`}`,
  );
  if (thread.reason !== null) lines.push(`Reason: ${thread.reason}`);
  lines.push('Numbers:', ...thread.numbers.map(({ shown, reference }) => `  ${shown}  ${reference}`));
  return `${lines.join('\n')}\n`;
}

function approvalOf({ approval }: ThreadRow, contentHash: string): string {
  if (!approval) return 'none yet';
  const given = `by ${approval.by} on ${timeOf(approval.at)}`;
  return approval.contentHash === contentHash ? given : `of another text (${given}): it does not count`;
}

function usd(amount: number): string {
  return `$${amount.toFixed(3)}`;
}

function timeOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The same as data, without the bytes of pictures. */
export function threadJson(thread: ThreadRow): object {
  const { id, title, state, revision, runId, numbers, approval, reason } = thread;
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    ...{ id, title, state, revision, runId, reason },
    ...describeThread(thread),
    approval: approval && { ...approval, at: iso(approval.at) },
    postAt: iso(thread.postAt),
    createdAt: iso(thread.createdAt),
    createdBy: thread.createdBy,
    numbers,
  };
}
