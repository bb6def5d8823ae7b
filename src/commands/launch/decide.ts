import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Config } from '../../config/config.ts';
import { readConfig } from '../../config/env.ts';
import { NarratorError } from '../../errors.ts';
import type { Decider } from '../../launch/approval/approval-rules.ts';
import type { Approvals, Outcome } from '../../launch/approval/approvals.ts';
import { describePostAt } from '../../launch/approval/describe-state.ts';
import { openApprovals } from '../../launch/approval/open-approvals.ts';
import type { ThreadVersion } from '../../launch/approval/thread-version.ts';
import { editableText } from '../../launch/thread/apply-edit.ts';
import type { ThreadRow, ThreadState } from '../../store/launch-store.ts';
import { openStore } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { ExitStatus, type Terminal } from '../terminal.ts';

interface Hash {
  readonly hash?: string;
}

/** @throws NarratorError `refused`; LaunchFileError; StoreError; ExitStatus 1 where the thread is over */
export async function approveThread(terminal: Terminal, id: string, { hash }: Required<Hash>): Promise<void> {
  const version = versionOf(id, hash);
  const row = await decide(terminal, 'approved', approvals => approvals.approve(version, decider()));
  if (row) terminal.stdout.write(`Approved: ${id} goes out ${describePostAt(row)}.\n`);
}

/** @throws as `approveThread` */
export async function rejectThread(
  terminal: Terminal,
  id: string,
  { reason, hash }: Hash & { readonly reason: string },
): Promise<void> {
  const version = versionOf(id, hash);
  const row = await decide(terminal, 'rejected', approvals => approvals.reject(version, decider(), reason));
  if (row) terminal.stdout.write(`Rejected: ${id} is never posted.\n`);
}

/** @throws as `approveThread`; NarratorError `thread-unknown`, `edit-file` */
export async function editThread(
  terminal: Terminal,
  id: string,
  { file, hash }: Hash & { readonly file?: string },
): Promise<void> {
  const { stdin, stdout } = terminal;
  if (file === undefined) {
    stdout.write(`${await readTexts(readConfig(terminal.env), id)}\n`);
    return;
  }
  const edited = file === '-' ? await text(stdin) : await readEdited(file);
  const version = versionOf(id, hash);
  const row = await decide(terminal, 'draft', approvals => approvals.edit(version, decider(), edited));
  if (row)
    stdout.write(
      `Changed: ${id} is a draft again, revision ${row.revision}. To see it: narrator launch preview ${id}\n`,
    );
}

/** @returns the thread since; null where it was so already, which was said */
async function decide(
  { env, stdout }: Terminal,
  wished: ThreadState,
  choose: (approvals: Approvals) => Promise<Outcome>,
): Promise<ThreadRow | null> {
  const config = readConfig(env);
  const outcome = await withStore(config, store => choose(openApprovals(config, store)));
  if (outcome.kind === 'done') return outcome.row;
  const said = outcome.sentences.join('\n');
  if (outcome.kind !== 'unchanged') throw new NarratorError('refused', said);
  stdout.write(`${said}\n`);
  if (outcome.row.state !== wished) throw new ExitStatus(1);
  return null;
}

async function withStore<T>({ store: config }: Config, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(config);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

function versionOf(threadId: string, hash: string | undefined): ThreadVersion {
  return { threadId, revision: null, hashStart: hash?.toLowerCase() ?? null };
}

function decider(): Decider {
  try {
    return { kind: 'cli', user: userInfo().username };
  } catch {
    // In a container a user may have a number alone.
    return { kind: 'cli', user: String(process.getuid?.() ?? 'unknown') };
  }
}

async function readTexts(config: Config, id: string): Promise<string> {
  const row = await withStore(config, store => store.launch.thread(id));
  if (!row) throw new NarratorError('thread-unknown', `There is no thread ${id}.`);
  return editableText(row.content);
}

async function readEdited(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new NarratorError('edit-file', `${path.resolve(file)} cannot be read.`, { cause });
  }
}
