/** A process that posts one thread, and prints what it ended with. It may be killed at any moment. */
import { argv, stdout } from 'node:process';
import type { StoreConfig } from '../../../src/config/config.ts';
import type { OutboxTimes } from '../../../src/launch/outbox/outbox-options.ts';
import { postThread } from '../../../src/launch/outbox.ts';
import { createXPoster } from '../../../src/launch/x/create-x-poster.ts';
import type { PretendAccount } from '../../../src/sandbox/x/start-pretend-account.ts';
import { openStore } from '../../../src/store/open-store.ts';

export interface PostingPlay {
  readonly config: StoreConfig;
  readonly account: PretendAccount['account'];
  readonly threadId: string;
  readonly times: OutboxTimes;
  readonly requestMs: number;
}

const { config, account, threadId, times, requestMs } = JSON.parse(argv[2]!) as PostingPlay;
const store = await openStore(config);
const end = await postThread(
  threadId,
  {
    launch: store.launch,
    x: createXPoster(account, { requestMs }),
    limits: { postsPerDay: 1000, postsPerMonth: 1000 },
    checkNumbers: async () => [],
    log: { info: () => {}, warn: () => {} },
    process: String(process.pid),
    times,
  },
  new AbortController().signal,
);
await store.close();
stdout.write(JSON.stringify(end));
