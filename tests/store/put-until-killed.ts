/**
 * Opens the SQLite file that is named, and puts replies one after the other; prints the number of each once the store said
 * that it is kept. With a count it ends after as many.
 */
import { writeSync } from 'node:fs';
import { argv, stdout } from 'node:process';
import { openStore } from '../../src/store/open-store.ts';
import { replyRow } from './rows.ts';

const [file, count = Number.POSITIVE_INFINITY] = argv.slice(2);
if (file === undefined) throw new Error('no file');
const store = await openStore({ kind: 'sqlite', file });
for (let number = 0; number < Number(count); number++) {
  await store.replies.put(replyRow({ id: String(number), expiresAt: Number.MAX_SAFE_INTEGER }));
  writeSync(stdout.fd, `${number}\n`);
}
// Waits for the thread that reads, with nothing else that keeps the process alive.
await store.descriptions.totals({ from: 0, until: 1 });
await store.close();
