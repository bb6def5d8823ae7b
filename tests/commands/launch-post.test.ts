import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type PretendAccount, startPretendAccount } from '../../src/sandbox/x/start-pretend-account.ts';
import type { LaunchStore } from '../../src/store/launch-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { approveThread, expectThread, plainContentOf } from '../launch/outbox/outbox-stage.ts';
import { type Run, runNarrator } from './run-narrator.ts';

let folder: string;
let x: PretendAccount;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-launch-post-'));
  x = await startPretendAccount();
  const { apiKey, apiSecret, accessToken, accessSecret, baseUrl } = x.account;
  env = {
    ...{ NARRATOR_DATA: folder, NARRATOR_LAUNCH: join(folder, 'launch.json'), NO_COLOR: '1' },
    ...{ X_API_KEY: apiKey, X_API_SECRET: apiSecret },
    ...{ X_ACCESS_TOKEN: accessToken, X_ACCESS_SECRET: accessSecret, REACH_X_URL: baseUrl },
  };
});
afterAll(async () => {
  await x.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => enable(true));

async function enable(enabled: boolean): Promise<void> {
  await writeFile(env.NARRATOR_LAUNCH!, JSON.stringify({ posting: { enabled } }));
}

async function withLaunch<T>(use: (launch: LaunchStore) => Promise<T>): Promise<T> {
  const store = await openStore({ kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
  try {
    return await use(store.launch);
  } finally {
    await store.close();
  }
}

const launch = (...args: string[]): Promise<Run> => runNarrator(['launch', ...args], { env });

it('rehearses while posting is off, posts once it is on, and shows what stands', async () => {
  const content = plainContentOf('(command)');
  const id = await withLaunch(store => approveThread(store, content));
  await enable(false);
  const rehearsed = await launch('post', id);
  expect(rehearsed).toMatchObject({ status: 0, stderr: '' });
  expect(rehearsed.stdout).toContain(content.parts[1]!.text);
  expect(rehearsed.stdout).toContain('Alt text: A chart, bars.png.');
  expect(rehearsed.stdout).toMatch(/Cost: \$0\.430 for 4 posts[\s\S]*A dry run: nothing was sent\./);
  expect(rehearsed.stdout).toMatch(/Posting is off: .*launch\.json turns it on/);
  await enable(true);
  expect((await launch('post', id, '--dry-run')).stdout).toMatch(/Nothing stands against it/);
  expect(x.posts()).toEqual([]);

  const posted = await launch('post', id);
  expect(posted).toEqual({
    status: 0,
    stdout: `Posted, 4 parts: https://x.com/i/web/status/${x.posts()[0]!.id}\n`,
    stderr: '',
  });
  expectThread(x, content);
  expect(await launch('post', id)).toEqual({
    status: 1,
    stdout: '',
    stderr: 'narrator: Not posted. It is posted.\n',
  });

  const status = (await launch('status', id)).stdout;
  expect(status).toMatch(/The thread was posted/);
  for (const post of x.posts())
    expect(status).toMatch(new RegExp(`stands +https://x.com/i/web/status/${post.id}`));
  expect((await launch('status')).stdout).toMatch(new RegExp(`${id} +posted +4 `));
  expect(JSON.parse((await launch('status', id, '--json')).stdout)).toMatchObject({
    id,
    state: 'posted',
    parts: x.posts().map(({ id: postId }, position) => ({ position, state: 'posted', postId })),
  });
}, 30_000);

it('says why it stopped, goes on when it is told to, and can be cancelled', async () => {
  const content = plainContentOf('(stops)');
  const id = await withLaunch(store => approveThread(store, content));
  x.faults.arm('send', 'unauthorised');
  const stopped = await launch('post', id);
  expect(stopped).toMatchObject({ status: 1, stdout: '' });
  expect(stopped.stderr).toMatch(new RegExp(`Stopped\\..*X_API_KEY[\\s\\S]*narrator launch resume ${id}`));
  // No key is told.
  for (const secret of Object.values(x.account).slice(0, 4)) expect(stopped.stderr).not.toContain(secret);
  expect((await launch('status', id)).stdout).toMatch(/was stopped: X did not take part 1/);
  expect(await launch('resume', id)).toMatchObject({ status: 0 });
  expect(await launch('resume', id)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/is approved/),
  });
  expect(await launch('cancel', id)).toMatchObject({ status: 0 });
  expect((await launch('post', id, '--dry-run')).stdout).toMatch(
    /would not go out:\n {2}- It is not approved: it is cancelled/,
  );
  expect(await launch('cancel', id)).toMatchObject({ status: 1 });
  const trail = await withLaunch(store => store.auditTrail(`thread:${id}`, 2));
  expect(trail.map(({ action, actor }) => ({ action, actor }))).toEqual([
    { action: 'cancel', actor: `cli:${userInfo().username}` },
    { action: 'resume', actor: `cli:${userInfo().username}` },
  ]);
}, 30_000);

it('says so where there is no such thread, or no account', async () => {
  expect(await launch('status', 'none')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/no thread none/),
  });
  const id = await withLaunch(store => approveThread(store, plainContentOf('(no account)')));
  const without = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('X_')));
  const run = await runNarrator(['launch', 'post', id], { env: without });
  expect(run).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/no account to post from: set X_API_KEY/),
  });
}, 30_000);
