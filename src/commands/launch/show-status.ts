import { readConfig } from '../../config/env.ts';
import { NarratorError } from '../../errors.ts';
import { describePostAt, describeState, timeOf } from '../../launch/approval/describe-state.ts';
import { linkOf } from '../../launch/outbox/announce-end.ts';
import type { ThreadPartRow, ThreadRow } from '../../store/launch-store.ts';
import { openStore } from '../../store/open-store.ts';
import { formatTable } from '../format-table.ts';
import type { Terminal } from '../terminal.ts';

const MOST_THREADS = 50;

/** What of a part is known, in words. */
const PART_STATES: Readonly<Record<ThreadPartRow['state'], string>> = {
  waiting: 'not sent',
  sending: 'being sent',
  unknown: 'sent, and not known whether it stands',
  posted: 'stands',
};

/** @throws NarratorError `thread-unknown`; StoreError */
export async function showStatus(
  { env, stdout }: Terminal,
  id: string | undefined,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const store = await openStore(readConfig(env).store);
  try {
    const { launch } = store;
    if (id === undefined) {
      const threads = await launch.threads(MOST_THREADS);
      if (json) for (const thread of threads) stdout.write(`${JSON.stringify(toJson(thread))}\n`);
      else stdout.write(threads.length === 0 ? 'No threads yet.\n' : listThreads(threads));
      return;
    }
    const thread = await launch.thread(id);
    if (!thread) {
      throw new NarratorError(
        'thread-unknown',
        `There is no thread ${id}: narrator launch status shows those that there are.`,
      );
    }
    const parts = await launch.parts(id);
    stdout.write(json ? `${JSON.stringify({ ...toJson(thread), parts })}\n` : describeThread(thread, parts));
  } finally {
    await store.close();
  }
}

function listThreads(threads: readonly ThreadRow[]): string {
  return formatTable(
    ['THREAD', 'STATE', 'PARTS', 'CHANGED', 'TITLE'],
    threads.map(({ id, state, content, changedAt, title }) => [
      id,
      state,
      String(content.parts.length),
      timeOf(changedAt),
      title,
    ]),
  );
}

function describeThread(thread: ThreadRow, parts: readonly ThreadPartRow[]): string {
  const { title, content, state, reason } = thread;
  const lines = [title, describeState(thread)];
  if (state === 'approved') {
    lines.push(`It goes out ${describePostAt(thread)}.${reason === null ? '' : ` ${reason}`}`);
  }
  const known = new Map(parts.map(part => [part.position, part]));
  const rows = content.parts.map(({ text, pictures }, position) => {
    const part = known.get(position);
    return [
      `${position + 1}/${content.parts.length}`,
      PART_STATES[part?.state ?? 'waiting'],
      part?.postId ? linkOf(part.postId) : '-',
      `${part?.mediaIds.length ?? 0} of ${pictures.length}`,
      text.replaceAll(/\s+/g, ' ').slice(0, 40),
    ];
  });
  return `${lines.join('\n')}\n\n${formatTable(['PART', 'ON X', 'POST', 'PICTURES', 'TEXT'], rows)}`;
}

function toJson({ content, numbers: _, ...thread }: ThreadRow) {
  return { ...thread, texts: content.parts.map(({ text }) => text) };
}
