import { userInfo } from 'node:os';
import type { Config } from '../../config/config.ts';
import { readConfig } from '../../config/env.ts';
import { NarratorError } from '../../errors.ts';
import { nameProcess } from '../../jobs/scheduler.ts';
import { createNumberCheck } from '../../launch/approval/open-approvals.ts';
import { type LaunchPlan, readLaunchFile } from '../../launch/launch-file.ts';
import { openOutbox } from '../../launch/open-outbox.ts';
import { linkOf } from '../../launch/outbox/announce-end.ts';
import type { PostingEnd } from '../../launch/outbox/outbox-options.ts';
import { checkParts } from '../../launch/thread/check-parts.ts';
import { hashContent } from '../../launch/thread/hash-content.ts';
import { createLogger } from '../../logging/create-logger.ts';
import type { ThreadRow } from '../../store/launch-store.ts';
import { openStore } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { ExitStatus, paint, type Terminal } from '../terminal.ts';
import { showThread } from './show-thread.ts';

/**
 * @throws NarratorError `thread-unknown`, `posting-account`; LaunchFileError; StoreError; ExitStatus 1 where it does not stand in
 *   the end, or would not
 */
export async function post(
  terminal: Terminal,
  id: string,
  { dryRun = false }: { readonly dryRun?: boolean },
): Promise<void> {
  const { stderr, env, signal } = terminal;
  const config = readConfig(env);
  const plan = await readLaunchFile(config.launch.file);
  const log = createLogger(
    { ...config, logLevel: env.NARRATOR_LOG_LEVEL ? config.logLevel : 'warn' },
    stderr,
    false,
  );
  await withStore(config, async store => {
    const thread = await readThread(store, id);
    if (dryRun || !plan.posting.enabled) {
      await rehearse(terminal, thread, { config, plan, store }, !dryRun);
      return;
    }
    const outbox = openOutbox({ config, plan, store, log, process: nameProcess() });
    tellEnd(terminal, id, await outbox.post(id, signal));
  });
}

function tellEnd({ stdout, stderr }: Terminal, id: string, end: PostingEnd): void {
  if (end.kind === 'posted') {
    stdout.write(`Posted, ${end.postIds.length} parts: ${linkOf(end.postIds[0]!)}\n`);
    return;
  }
  const told = {
    stopped: 'reason' in end ? `Stopped. ${end.reason}\nTo go on: narrator launch resume ${id}` : '',
    'put-off':
      'until' in end
        ? `Put off until ${new Date(end.until).toISOString()}: ${end.reason} It goes on by itself.`
        : '',
    lost: 'Another process has it now, or it was cancelled: narrator launch status shows which.',
    'not-taken': 'reason' in end ? `Not posted. ${end.reason}` : '',
  }[end.kind];
  stderr.write(`${paint(stderr, 'red', 'narrator:')} ${told}\n`);
  throw new ExitStatus(1);
}

/** Everything short of sending. */
async function rehearse(
  { stdout }: Terminal,
  thread: ThreadRow,
  { config, plan, store }: { readonly config: Config; readonly plan: LaunchPlan; readonly store: Store },
  isOff: boolean,
): Promise<void> {
  const { content, approval, state } = thread;
  const faults: string[] = [];
  if (state !== 'approved') faults.push(`It is not approved: it is ${state}.`);
  else if (approval?.contentHash !== hashContent(content)) {
    faults.push('What is stored is not what was approved.');
  }
  if (config.launch.x === null) {
    faults.push(
      'No account is set up: X_API_KEY, X_API_SECRET, X_ACCESS_TOKEN and X_ACCESS_SECRET name one.',
    );
  }
  const numbers = createNumberCheck(config, store);
  faults.push(...checkParts(content), ...(await numbers(thread)));
  stdout.write(showThread(thread, stdout));
  stdout.write('\nA dry run: nothing was sent.\n');
  if (isOff) {
    stdout.write(`Posting is off: ${config.launch.file} turns it on with "posting": { "enabled": true }.\n`);
  }
  const { postsPerDay } = plan.posting;
  if (content.parts.length > postsPerDay) {
    faults.push(`It has more parts than the ${postsPerDay} posts that the launch file allows in 24 hours.`);
  }
  if (faults.length === 0) {
    stdout.write('Nothing stands against it.\n');
    return;
  }
  stdout.write(`It would not go out:\n${faults.map(fault => `  - ${fault}`).join('\n')}\n`);
  throw new ExitStatus(1);
}

/** @throws NarratorError `thread-unknown`; ExitStatus 1 where it is over */
export async function cancel(terminal: Terminal, id: string): Promise<void> {
  await change(terminal, id, (store, actor) => store.launch.cancel(id, actor, Date.now()), {
    done: `Cancelled: ${id} is never posted, and no more of it.`,
    refused: 'it cannot be cancelled.',
  });
}

/** @throws as `cancel` */
export async function resume(terminal: Terminal, id: string): Promise<void> {
  await change(terminal, id, (store, actor) => store.launch.resume(id, actor, Date.now()), {
    done: `${id} goes on: the service posts it within five minutes, or narrator launch post ${id} now.`,
    refused: 'only a thread that was stopped can be resumed.',
  });
}

async function change(
  { env, stdout, stderr }: Terminal,
  id: string,
  make: (store: Store, actor: string) => Promise<boolean>,
  { done, refused }: { readonly done: string; readonly refused: string },
): Promise<void> {
  await withStore(readConfig(env), async store => {
    const { state } = await readThread(store, id);
    if (await make(store, `cli:${userInfo().username}`)) {
      stdout.write(`${done}\n`);
      return;
    }
    stderr.write(`${paint(stderr, 'red', 'narrator:')} The thread is ${state}: ${refused}\n`);
    throw new ExitStatus(1);
  });
}

async function readThread(store: Store, id: string): Promise<ThreadRow> {
  const thread = await store.launch.thread(id);
  if (thread) return thread;
  throw new NarratorError(
    'thread-unknown',
    `There is no thread ${id}: narrator launch status shows those that there are.`,
  );
}

async function withStore<T>(config: Config, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(config.store);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
