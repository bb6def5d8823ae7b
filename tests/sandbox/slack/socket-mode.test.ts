import { setTimeout as wait } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type CalledSlack, callSlack } from './call-slack.ts';
import { connectApp } from './connect-app.ts';

const SOON = { timeout: 5000, interval: 10 };

interface Envelope {
  readonly type: string;
  readonly envelope_id: string;
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
  readonly reason?: string;
  readonly payload: { readonly event?: { readonly type?: string } };
}

/** A bare socket, whose acknowledgements the test decides on. */
async function openSocket(called: CalledSlack): Promise<{ socket: WebSocket; envelopes: Envelope[] }> {
  const { url } = await called.call('apps.connections.open', {}, called.slack.connection.appToken);
  const socket = new WebSocket(String(url));
  const envelopes: Envelope[] = [];
  socket.on('message', data => envelopes.push(JSON.parse(String(data))));
  await vi.waitFor(() => expect(envelopes[0]).toMatchObject({ type: 'hello', connection_info: {} }), SOON);
  envelopes.shift();
  return { socket, envelopes };
}

const mention = (called: CalledSlack, text = '') =>
  called.slack.post({
    personId: called.personId,
    channelId: called.channel('general'),
    text: `@visual-narrator ${text}`,
    files: [],
  });

/** The event that the tests look at, alone. */
const MENTIONS_ONLY = {
  display_information: { name: 'Test' },
  features: {
    bot_user: { display_name: 'visual-narrator' },
    slash_commands: [{ command: '/narrate', description: 'Describes' }],
  },
  oauth_config: { scopes: { bot: ['app_mentions:read', 'chat:write', 'commands'] } },
  settings: { event_subscriptions: { bot_events: ['app_mention'] }, socket_mode_enabled: true },
};

test('an event without acknowledgement comes again three times, saying why, and is then dropped', async () => {
  await using called = await callSlack({
    manifest: MENTIONS_ONLY,
    acknowledgeWithinMs: 30,
    retryDelaysMs: [0, 10, 20],
  });
  const { envelopes } = await openSocket(called);
  await mention(called);
  await vi.waitFor(
    () => expect(called.slack.problems().at(-1)?.what).toMatch(/dropped after 4 attempts/),
    SOON,
  );
  expect(envelopes.map(({ retry_attempt, retry_reason }) => [retry_attempt, retry_reason])).toEqual([
    [0, ''],
    [1, 'timeout'],
    [2, 'timeout'],
    [3, 'timeout'],
  ]);
});

test('a late acknowledgement is recorded with its time, and does not stop the repetition', async () => {
  await using called = await callSlack({
    manifest: MENTIONS_ONLY,
    acknowledgeWithinMs: 30,
    retryDelaysMs: [40],
  });
  const { socket, envelopes } = await openSocket(called);
  await mention(called);
  await vi.waitFor(() => expect(called.slack.problems()).toHaveLength(1), SOON);
  socket.send(JSON.stringify({ envelope_id: envelopes[0]!.envelope_id }));
  await vi.waitFor(
    () => expect(called.slack.problems()[1]?.what).toMatch(/^acknowledged late, after \d+ ms/),
    SOON,
  );
  await vi.waitFor(() => expect(envelopes).toHaveLength(2), SOON);
});

test('a command that is not acknowledged fails for the person who ran it', async () => {
  await using called = await callSlack({ manifest: MENTIONS_ONLY, acknowledgeWithinMs: 30 });
  const { slack, personId } = called;
  const seen: unknown[] = [];
  slack.subscribe(personId, event => seen.push(event));
  const run = () =>
    slack.runCommand({
      personId,
      channelId: called.channel('general'),
      command: 'narrate',
      options: { text: 'help' },
      files: [],
    });
  await run();
  expect(seen).toMatchObject([
    { type: 'failed', text: expect.stringMatching(/^\/narrate failed .*dispatch_failed/) },
  ]);
  await openSocket(called);
  await run();
  expect(seen.at(-1)).toMatchObject({ type: 'failed', text: expect.stringMatching(/operation_timeout/) });
  expect(slack.problems()).toHaveLength(2);
});

test('an acknowledgement may carry the answer to a command', async () => {
  await using called = await callSlack({ manifest: MENTIONS_ONLY });
  const { slack, personId } = called;
  const { socket, envelopes } = await openSocket(called);
  socket.on('message', () =>
    socket.send(JSON.stringify({ envelope_id: envelopes[0]!.envelope_id, payload: { text: 'Hello' } })),
  );
  await slack.runCommand({
    personId,
    channelId: called.channel('general'),
    command: 'narrate',
    options: {},
    files: [],
  });
  expect(slack.snapshot(personId).messages).toMatchObject([{ onlyFor: personId, json: { text: 'Hello' } }]);
  expect(slack.problems()).toEqual([]);
});

test('several connections take turns; what a closed one did not acknowledge comes by another', async () => {
  await using called = await callSlack({ manifest: MENTIONS_ONLY, retryDelaysMs: [0] });
  const [first, second] = [await openSocket(called), await openSocket(called)];
  expect(called.slack.connectionCount).toBe(2);
  await mention(called, 'one');
  await mention(called, 'two');
  await vi.waitFor(() => expect([first.envelopes.length, second.envelopes.length]).toEqual([1, 1]), SOON);
  first.socket.terminate();
  await vi.waitFor(() => expect(second.envelopes).toHaveLength(2), SOON);
  expect(second.envelopes[1]).toMatchObject({ retry_attempt: 1, retry_reason: 'connection_failed' });
});

test('a ticket is good for one connection', async () => {
  await using called = await callSlack();
  const { url } = await called.call('apps.connections.open', {}, called.slack.connection.appToken);
  const connect = () =>
    new Promise<string>(resolve => {
      const socket = new WebSocket(String(url));
      socket.on('open', () => resolve('open'));
      socket.on('error', error => resolve(error.message));
    });
  expect(await connect()).toBe('open');
  expect(await connect()).toMatch(/401/);
});

test('what the manifest does not subscribe to, or has no scope for, does not arrive', async () => {
  await using called = await callSlack({ manifest: MENTIONS_ONLY, scopes: ['chat:write'] });
  const { envelopes } = await openSocket(called);
  await mention(called);
  await wait(20);
  expect(envelopes).toEqual([]);
  expect(called.slack.undelivered()).toEqual([
    { what: 'message.channels', why: 'the manifest does not subscribe to it' },
    { what: 'app_mention', why: 'the app has no scope app_mentions:read' },
  ]);
});

test.each(['cut', 'refresh', 'warning'] as const)(
  'Bolt comes back after the connection was dropped (%s), and what happened meanwhile is delivered',
  async how => {
    const heard: string[] = [];
    await using connected = await connectApp(
      app => {
        app.event('app_mention', async ({ event }) => void heard.push(event.text));
      },
      { manifest: MENTIONS_ONLY, retryDelaysMs: [500, 1000, 2000] },
    );
    const { slack } = connected;
    const states: boolean[] = [];
    slack.subscribe(
      connected.person('maya'),
      event => event.type === 'bot' && states.push(event.isConnected),
    );
    slack.faults.dropConnections(how);
    await vi.waitFor(() => expect(states).toEqual([false]), SOON);
    await slack.post({
      personId: connected.person('maya'),
      channelId: connected.channel('general'),
      text: '@visual-narrator are you there?',
      files: [],
    });
    await vi.waitFor(() => expect(heard).toHaveLength(1), SOON);
    expect(states.slice(0, 2)).toEqual([false, true]);
    expect(slack.problems()).toEqual([]);
  },
);

test('an answer in an acknowledgement that takes none is recorded, and so is one for an unknown envelope', async () => {
  await using called = await callSlack({ manifest: MENTIONS_ONLY });
  const { socket, envelopes } = await openSocket(called);
  await mention(called);
  await vi.waitFor(() => expect(envelopes).toHaveLength(1), SOON);
  socket.send(JSON.stringify({ envelope_id: envelopes[0]!.envelope_id, payload: { text: 'Hello' } }));
  socket.send(JSON.stringify({ envelope_id: 'none' }));
  socket.send('Hello');
  await vi.waitFor(() => expect(called.slack.problems()).toHaveLength(3), SOON);
  expect(called.slack.problems().map(problem => problem.what)).toEqual([
    expect.stringMatching(/carries an answer/),
    expect.stringMatching(/unknown envelope/),
    'not an acknowledgement: Hello',
  ]);
});

test('an app that is taken out of the workspace hears of it, and its tokens count no longer', async () => {
  const bot_events = ['app_uninstalled', 'tokens_revoked'];
  await using called = await callSlack({
    manifest: {
      ...MENTIONS_ONLY,
      settings: { event_subscriptions: { bot_events }, socket_mode_enabled: true },
    },
  });
  const { envelopes } = await openSocket(called);
  called.slack.uninstallApp();
  await vi.waitFor(() => expect(called.slack.connectionCount).toBe(0), SOON);
  expect(envelopes.map(({ type, reason, payload }) => reason ?? `${type} ${payload.event?.type}`)).toEqual([
    'events_api tokens_revoked',
    'events_api app_uninstalled',
    'link_disabled',
  ]);
  expect(await called.call('auth.test', {})).toEqual({ ok: false, error: 'token_revoked' });
});
