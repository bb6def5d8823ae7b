import { readConfig } from '../../config/env.ts';
import { SHOWN_DIGITS } from '../../launch/approval/thread-version.ts';
import { openStore } from '../../store/open-store.ts';
import { formatTable } from '../format-table.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Who did what to threads, the newest first.
 *
 * @throws StoreError
 */
export async function showAudit(
  { env, stdout }: Terminal,
  id: string | undefined,
  { limit, json }: { readonly limit: number; readonly json?: boolean },
): Promise<void> {
  const store = await openStore(readConfig(env).store);
  const rows = await store.launch
    .auditTrail(id === undefined ? null : `thread:${id}`, limit)
    .finally(() => store.close());
  if (json) {
    for (const { at, ...row } of rows) stdout.write(`${JSON.stringify({ at: isoOf(at), ...row })}\n`);
    return;
  }
  if (rows.length === 0) {
    stdout.write('Nothing was done yet.\n');
    return;
  }
  const cells = rows.map(({ at, actor, action, subject, contentHash, detail }) => [
    isoOf(at).replace('T', ' '),
    ...[actor, action, subject, contentHash?.slice(0, SHOWN_DIGITS) ?? '-', detail].map(printable),
  ]);
  stdout.write(formatTable(['TIME', 'WHO', 'DID', 'TO', 'HASH', 'DETAIL'], cells));
}

/** To the second, in UTC. */
function isoOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Reasons are people's own words: nothing in them may steer a terminal. */
function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}
