import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StoreConfig } from '../../../src/config/config.ts';
import { hashContent } from '../../../src/launch/thread/hash-content.ts';
import type { ThreadContent } from '../../../src/launch/thread/thread.ts';
import { createXPoster } from '../../../src/launch/x/create-x-poster.ts';
import { type PretendAccount, startPretendAccount } from '../../../src/sandbox/x/start-pretend-account.ts';
import { describeOnBothStores } from '../../store/both-stores.ts';
import { runStatement } from '../../store/run-statement.ts';
import { approveThread, contentOf, expectThread, outboxOf, post, REQUEST_MS, TIMES } from './outbox-stage.ts';

const CONTENT = contentOf('(approval)');

let x: PretendAccount;
let onSend: () => void;
beforeEach(async () => {
  onSend = () => {};
  x = await startPretendAccount({
    onStep: (step, phase) => {
      if (step === 'send' && phase === 'before') onSend();
    },
  });
});
afterEach(() => x.close());

/** Changes the stored row behind everybody's back. */
async function change(config: StoreConfig, id: string, edit: (content: string) => string): Promise<void> {
  const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const content = edit(JSON.stringify(CONTENT));
  expect(content).not.toBe(JSON.stringify(CONTENT));
  await runStatement(config, `update threads set content = ${quote(content)} where id = ${quote(id)}`);
}

await describeOnBothStores('an approval', stores => {
  it.each<[string, (content: string) => string]>([
    ['a digit of a text', content => content.replace('4.7', '4.8')],
    ['a blank', content => content.replace('four models', 'four  models')],
    [
      'a byte of a picture',
      content => content.replace(/"pngBase64":"iVBORw0KGgo(.{40})./, '"pngBase64":"iVBORw0KGgo$1A'),
    ],
    ['an alt text', content => content.replace('A chart, bars.png.', 'A chart, bars.png!')],
    ['the order of parts', content => JSON.stringify({ parts: JSON.parse(content).parts.toReversed() })],
  ])('does not hold for a thread of which %s was changed after it: nothing is sent', async (_, edit) => {
    const config = await stores.makeDatabase();
    const { launch } = await stores.open({}, config);
    const id = await approveThread(launch, CONTENT);
    await change(config, id, edit);
    expect(await post(id, outboxOf(launch, x))).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/^What is stored is not what was approved/),
    });
    expect(x.posts()).toEqual([]);
    expect(await launch.thread(id)).toMatchObject({ state: 'stopped' });
    // Nor after somebody says that it may go on.
    await launch.resume(id, 'cli:mallory', Date.now());
    expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'stopped' });
    expect(x.posts()).toEqual([]);
  });

  it('does not hold where the hash beside the content was changed with it', async () => {
    const config = await stores.makeDatabase();
    const { launch } = await stores.open({}, config);
    const id = await approveThread(launch, CONTENT);
    const changed: ThreadContent = { parts: [{ text: 'Something else.', pictures: [] }] };
    await change(config, id, () => JSON.stringify(changed));
    await runStatement(
      config,
      `update threads set content_hash = '${hashContent(changed)}' where id = '${id}'`,
    );
    expect(await post(id, outboxOf(launch, x))).toEqual({
      kind: 'not-taken',
      reason: 'What is stored is not what was approved.',
    });
    expect(x.posts()).toEqual([]);
  });

  it('is looked at anew before each part: what is changed between two parts is not sent', async () => {
    const config = await stores.makeDatabase();
    const { launch } = await stores.open({}, config);
    const id = await approveThread(launch, CONTENT);
    let changing: Promise<void> | undefined;
    onSend = () => {
      changing ??= change(config, id, content => content.replace('few', 'many'));
    };
    const poster = createXPoster(x.account, { requestMs: REQUEST_MS });
    const send: typeof poster.send = async (...request) => {
      const sent = await poster.send(...request);
      await changing;
      return sent;
    };
    expect(await post(id, outboxOf(launch, x, { x: { ...poster, send } }))).toMatchObject({
      kind: 'stopped',
    });
    expect(x.posts().map(({ text }) => text)).toEqual([CONTENT.parts[0]!.text]);
    expect((await launch.parts(id)).filter(({ state }) => state === 'posted')).toHaveLength(1);
  });

  it('lets a thread be posted by one of three processes that try at once, and by another when that one is gone', async () => {
    const config = await stores.makeDatabase();
    const opened = await Promise.all([
      stores.open({}, config),
      stores.open({}, config),
      stores.open({}, config),
    ]);
    const id = await approveThread(opened[0].launch, CONTENT);
    const ends = await Promise.all(opened.map(({ launch }) => post(id, outboxOf(launch, x))));
    expect(ends.map(({ kind }) => kind).sort()).toEqual(['not-taken', 'not-taken', 'posted']);
    expectThread(x, CONTENT);
  });
});

await describeOnBothStores('posting', stores => {
  it('does not begin where the numbers do not stand any more, and ends what was begun', async () => {
    const { launch } = await stores.open();
    const id = await approveThread(launch, CONTENT);
    const checkNumbers = async () => ['The run r1 is 40 days old.'];
    expect(await post(id, outboxOf(launch, x, { checkNumbers }))).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/The run r1 is 40 days old\. Draft it anew\./),
    });
    expect(x.posts()).toEqual([]);
    await launch.resume(id, 'cli:ada', Date.now());
    x.faults.arm('send', 'forbidden', { after: 2 });
    expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'stopped' });
    await launch.resume(id, 'cli:ada', Date.now());
    expect(await post(id, outboxOf(launch, x, { checkNumbers }))).toMatchObject({ kind: 'posted' });
    expectThread(x, CONTENT);
  });

  it('waits for its time', async () => {
    const { launch } = await stores.open();
    const id = await approveThread(launch, CONTENT);
    const at = Date.now() + 3_600_000;
    await launch.schedule(id, at, 'cli:ada', Date.now());
    expect(await post(id, outboxOf(launch, x))).toEqual({
      kind: 'not-taken',
      reason: `It is not to be posted before ${new Date(at).toISOString()}.`,
    });
    expect(await post(id, outboxOf(launch, x, { now: () => at }))).toMatchObject({ kind: 'posted' });
  });

  it('ends at the next part where somebody cancels, and knows what stands', async () => {
    const { launch } = await stores.open();
    const id = await approveThread(launch, CONTENT);
    let cancelling: Promise<boolean> | undefined;
    onSend = () => {
      if (x.posts().length === 1) cancelling ??= launch.cancel(id, 'slack:U1', Date.now());
    };
    const poster = createXPoster(x.account, { requestMs: 2000 });
    const send: typeof poster.send = async (...request) => {
      const sent = await poster.send(...request);
      await cancelling;
      return sent;
    };
    expect(await post(id, outboxOf(launch, x, { x: { ...poster, send } }))).toEqual({ kind: 'lost' });
    expect(await cancelling).toBe(true);
    expect(await launch.thread(id)).toMatchObject({ state: 'cancelled' });
    expect((await launch.parts(id)).map(({ postId }) => postId)).toEqual(x.posts().map(each => each.id));
    expect(x.posts()).toHaveLength(2);
  });

  it('breaks off when the program is told to end, and goes on at once when it is back', async () => {
    const { launch } = await stores.open();
    const id = await approveThread(launch, CONTENT);
    const stop = new AbortController();
    onSend = () => {
      if (x.posts().length === 1) stop.abort(new Error('told to end'));
    };
    await expect(post(id, outboxOf(launch, x), stop.signal)).rejects.toThrow('told to end');
    expect(await launch.due(Date.now(), 9)).toEqual([id]);
    onSend = () => {};
    expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'posted' });
    expectThread(x, CONTENT);
  });

  it('lets go where the lease is lost, and sends nothing more', async () => {
    const { launch } = await stores.open();
    const id = await approveThread(launch, CONTENT);
    const poster = createXPoster(x.account, { requestMs: REQUEST_MS });
    // As if this process had slept for longer than its lease after the first part.
    const send: typeof poster.send = async (...request) => {
      const sent = await poster.send(...request);
      if (x.posts().length === 1) {
        await wait(150);
        expect(await launch.take(id, 'another', 60_000, Date.now())).not.toBeNull();
      }
      return sent;
    };
    const times = { ...TIMES, leaseMs: 60 };
    // It says nothing meanwhile.
    const mute = { ...launch, renew: async () => true };
    expect(await post(id, outboxOf(mute, x, { times, x: { ...poster, send } }))).toEqual({ kind: 'lost' });
    expect(x.posts()).toHaveLength(1);
    // Who has it now finds the first part among our posts.
    expect((await launch.parts(id))[0]).toMatchObject({ state: 'sending', postId: null });
    await launch.finish(id, 'another', 'stopped', 'for the test', Date.now());
    await launch.resume(id, 'cli:ada', Date.now());
    expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'posted' });
    expectThread(x, CONTENT);
  });
});
