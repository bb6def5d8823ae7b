import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startPretendAccount } from '../../../src/sandbox/x/start-pretend-account.ts';
import type { XStep } from '../../../src/sandbox/x/x-faults.ts';
import {
  approveThread,
  contentOf,
  expectThread,
  openTestStore,
  outboxOf,
  post,
  TIMES,
} from './outbox-stage.ts';
import type { PostingPlay } from './posting-process.ts';

const CONTENT = contentOf('(killed)');
const PROCESS = fileURLToPath(new URL('posting-process.ts', import.meta.url));
const LEASE_MS = 1500;

it.each<[XStep, 'before' | 'after', number, number]>([
  ['send', 'before', 1, 0],
  ['send', 'after', 1, 1],
  ['send', 'after', 3, 3],
  ['finalize', 'after', 2, 1],
])(
  'a process that is killed at %s, %s X served it (request %i), leaves a thread that goes on',
  async (step, phase, request, standing) => {
    let kill = () => {};
    let seen = 0;
    const x = await startPretendAccount({
      onStep(at, when) {
        if (at === step && when === phase && ++seen === request) kill();
      },
    });
    const { config, store, close } = await openTestStore();
    try {
      const threadId = await approveThread(store.launch, CONTENT);
      const times = { ...TIMES, leaseMs: LEASE_MS };
      const play: PostingPlay = { config, account: x.account, threadId, times, requestMs: 5000 };
      const child = spawn(process.execPath, [PROCESS, JSON.stringify(play)], { stdio: 'inherit' });
      kill = () => child.kill('SIGKILL');
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
      // A request that was read to its end is served, whoever sent it.
      await expect.poll(() => x.posts().length).toBeGreaterThanOrEqual(standing);
      expect(await store.launch.thread(threadId)).toMatchObject({ state: 'posting' });
      await wait(LEASE_MS + 50);
      expect(await store.launch.due(Date.now(), 9)).toEqual([threadId]);
      expect(await post(threadId, outboxOf(store.launch, x))).toMatchObject({ kind: 'posted' });
      expectThread(x, CONTENT);
      const takes = (await store.launch.auditTrail(`thread:${threadId}`, 50)).filter(
        ({ action }) => action === 'take',
      );
      expect(takes).toHaveLength(2);
    } finally {
      await close();
      await x.close();
    }
  },
  30_000,
);
