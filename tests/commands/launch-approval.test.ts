import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchCommand } from '../../src/commands/launch.ts';
import { ExitStatus } from '../../src/commands/terminal.ts';
import { NarratorError } from '../../src/errors.ts';
import { hashContent } from '../../src/launch/thread/hash-content.ts';
import type { ThreadRow } from '../../src/store/launch-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { type Run, runNarrator } from './run-narrator.ts';

let folder: string;
let env: Record<string, string>;
const me = userInfo().username;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-approval-'));
  env = { NARRATOR_DATA: folder, NARRATOR_LAUNCH: join(folder, 'launch.json'), NO_COLOR: '1' };
  await writeLaunch({ approval: { channels: ['discord:100000000000000001'] } });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function writeLaunch(launch: object): Promise<void> {
  await writeFile(env.NARRATOR_LAUNCH!, JSON.stringify(launch));
}

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function makeDraft(id: string, more: Partial<ThreadRow> = {}): Promise<ThreadRow> {
  const content = { parts: ['First words.', 'More words.'].map(text => ({ text, pictures: [] })) };
  const row = { id, title: 'Words', content, contentHash: hashContent(content), numbers: [], runId: null };
  return await withStore(async ({ launch }) => {
    await launch.createThread({
      ...row,
      postAt: null,
      createdAt: Date.now(),
      createdBy: 'cli:other',
      ...more,
    });
    return (await launch.thread(id))!;
  });
}

const stateOf = (id: string) => withStore(async ({ launch }) => (await launch.thread(id))!);

/** As `main` does it, without the time that a process takes. */
async function launch(args: readonly string[], input = ''): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = Promise.all([text(stdout), text(stderr)]);
  const terminal = {
    stdin: Readable.from([input]),
    stdout,
    stderr,
    env,
    signal: new AbortController().signal,
  };
  let status = 0;
  try {
    await launchCommand(terminal).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof NarratorError) stderr.write(error.message);
    else if (!(error instanceof ExitStatus)) throw error;
    status = 1;
  }
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  return { status, stdout: out, stderr: err };
}

it('approves what was previewed, by at least twelve digits of its hash', async () => {
  const { contentHash } = await makeDraft('t-one');
  for (const hash of ['', contentHash.slice(0, 11), 'f'.repeat(12)]) {
    const refused = await launch(['approve', 't-one', '--hash', hash]);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
  }
  expect(await runNarrator(['launch', 'approve', 't-one'], { env })).toMatchObject({ status: 2 });
  expect(await launch(['approve', 't-one', '--hash', contentHash.slice(0, 12).toUpperCase()])).toEqual({
    status: 0,
    stdout: 'Approved: t-one goes out as soon as posting allows.\n',
    stderr: '',
  });
  expect((await stateOf('t-one')).approval).toMatchObject({ contentHash, by: `cli:${me}` });
  const again = await launch(['approve', 't-one', '--hash', contentHash]);
  expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining(`approved by cli:${me}`) });
});

it('edits: what is printed can be given back changed, and needs another approval', async () => {
  const { contentHash } = await makeDraft('t-two');
  const printed = await launch(['edit', 't-two']);
  expect(printed).toMatchObject({ status: 0, stdout: 'First words.\n---\nMore words.\n' });
  await launch(['approve', 't-two', '--hash', contentHash]);
  const input = printed.stdout.replace('First', 'Other');
  const edited = await launch(['edit', 't-two', '--file', '-'], input);
  expect(edited).toMatchObject({ status: 0, stdout: expect.stringContaining('revision 2') });
  expect(await stateOf('t-two')).toMatchObject({ state: 'draft', approval: null });
  expect((await launch(['approve', 't-two', '--hash', contentHash])).stderr).toContain('older version');
  const file = join(folder, 'texts.txt');
  await writeFile(file, 'It is 9.9 now.');
  const unsourced = await launch(['edit', 't-two', '--file', file]);
  expect(unsourced).toMatchObject({ status: 1, stderr: expect.stringContaining('“9.9”') });
  expect((await stateOf('t-two')).revision).toBe(2);
});

it('rejects with a reason, and shows who did what', async () => {
  const { contentHash } = await makeDraft('t-three');
  expect(await launch(['reject', 't-three', '--reason', ' '])).toMatchObject({ status: 1 });
  const reason = 'Wrong \u001b[31mchart';
  expect(await launch(['reject', 't-three', '--reason', reason])).toMatchObject({ status: 0 });
  const late = await launch(['approve', 't-three', '--hash', contentHash]);
  expect(late).toMatchObject({ status: 1, stdout: expect.stringContaining('was rejected') });
  const trail = await launch(['audit', 't-three']);
  const [head, rejected, drafted] = trail.stdout.trimEnd().split('\n');
  expect(head).toMatch(/^TIME +WHO +DID +TO +HASH +DETAIL$/);
  expect(rejected).toContain(`cli:${me}`);
  expect(rejected).toMatch(
    new RegExp(`reject +thread:t-three +${contentHash.slice(0, 12)} +Wrong  ?\\[31mchart$`),
  );
  expect(drafted).toMatch(/cli:other +draft /);
  expect(trail.stdout).not.toContain('\u001b');
  const all = await launch(['audit', '--json', '--limit', '1']);
  expect(JSON.parse(all.stdout)).toMatchObject({
    action: 'reject',
    subject: 'thread:t-three',
    detail: reason,
  });
});

it('does not approve where a run is not there, nor one’s own text with four eyes', async () => {
  const { contentHash } = await makeDraft('t-four', { runId: 'gone', createdBy: `cli:${me}` });
  const refused = await launch(['approve', 't-four', '--hash', contentHash]);
  expect(refused).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('The run gone cannot be read'),
  });
  const own = await makeDraft('t-five', { createdBy: `cli:${me}` });
  await writeLaunch({ approval: { fourEyes: true } });
  const mine = await launch(['approve', 't-five', '--hash', own.contentHash]);
  expect(mine).toMatchObject({ status: 1, stderr: expect.stringContaining('somebody else has to') });
  for (const id of ['t-four', 't-five']) expect((await stateOf(id)).state).toBe('draft');
});
