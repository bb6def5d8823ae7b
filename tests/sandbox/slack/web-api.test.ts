import { expect, test } from 'vitest';
import { callSlack } from './call-slack.ts';

test('tokens are told apart: none, a wrong one, and the app token where the bot token belongs', async () => {
  await using called = await callSlack();
  const { appToken, baseUrl, token } = called.slack.connection;
  const anonymous = await fetch(`${baseUrl}/api/auth.test`, { method: 'POST' });
  expect(await anonymous.json()).toEqual({ ok: false, error: 'not_authed' });
  expect(await called.call('auth.test', {}, 'xoxb-wrong')).toEqual({ ok: false, error: 'invalid_auth' });
  expect(await called.call('auth.test', {}, appToken)).toEqual({
    ok: false,
    error: 'not_allowed_token_type',
  });
  expect(await called.call('apps.connections.open', {}, token)).toMatchObject({
    error: 'not_allowed_token_type',
  });
  expect(await called.call('apps.connections.open', {}, appToken)).toMatchObject({ ok: true });
});

test('a method without its scope says which is needed and which are there', async () => {
  await using called = await callSlack({ scopes: ['chat:write', 'channels:read'] });
  expect(await called.call('files.info', { file: 'F0000000000' })).toEqual({
    ok: false,
    error: 'missing_scope',
    needed: 'files:read',
    provided: 'chat:write,channels:read',
  });
  const channel = called.channel('general');
  expect(await called.call('conversations.info', { channel })).toMatchObject({ ok: true });
  expect(await called.call('conversations.history', { channel })).toMatchObject({
    needed: 'channels:history',
  });
  expect(called.slack.problems().map(problem => problem.where)).toEqual([
    'files.info',
    'conversations.history',
  ]);
});

test('unknown methods and arguments are refused and recorded', async () => {
  await using called = await callSlack();
  expect(await called.call('chat.postMassage', {})).toMatchObject({ error: 'unknown_method' });
  expect(await called.say(called.channel('general'), { text: 'x', colour: 'red' })).toMatchObject({
    error: 'invalid_arguments',
    response_metadata: { messages: ['[ERROR] unknown field: colour [json-pointer:]'] },
  });
  expect(called.slack.problems()).toHaveLength(2);
});

test('forms hold blocks as JSON, numbers and truth values as text', async () => {
  await using called = await callSlack();
  const { baseUrl, token } = called.slack.connection;
  const form = (method: string, fields: Record<string, string>) =>
    fetch(`${baseUrl}/api/${method}`, {
      method: 'POST',
      body: new URLSearchParams({ token, ...fields }),
    }).then(response => response.json());
  const blocks = JSON.stringify([{ type: 'divider' }]);
  const channel = called.channel('general');
  expect(await form('chat.postMessage', { channel, blocks, text: 'x', unfurl_links: 'false' })).toMatchObject(
    {
      ok: true,
      message: { blocks: [{ type: 'divider' }] },
    },
  );
  expect(await form('conversations.history', { channel, limit: '1' })).toMatchObject({
    messages: [{ text: 'x' }],
  });
  expect(await form('chat.postMessage', { channel, blocks: '[{', text: 'x' })).toMatchObject({
    error: 'invalid_arguments',
  });
});

test('only members post, only own messages are changed, and what is gone is not found', async () => {
  await using called = await callSlack({
    channels: [{ name: 'general' }, { name: 'closed', hasBot: false }],
  });
  const general = called.channel('general');
  const { messageId } = await called.slack.post({
    personId: called.personId,
    channelId: general,
    text: 'mine',
    files: [],
  });
  const own = await called.say(general, { text: 'own' });
  expect(await called.say(called.channel('closed'), { text: 'x' })).toMatchObject({
    error: 'not_in_channel',
  });
  expect(await called.say('C0NOSUCHONE', { text: 'x' })).toMatchObject({ error: 'channel_not_found' });
  expect(await called.say(general, {})).toMatchObject({ error: 'no_text' });
  const change = { channel: general, text: 'changed' };
  expect(await called.call('chat.update', { ...change, ts: messageId })).toMatchObject({
    error: 'cant_update_message',
  });
  expect(await called.call('chat.update', { ...change, ts: own.ts })).toMatchObject({
    ok: true,
    text: 'changed',
  });
  expect(await called.call('chat.delete', { channel: general, ts: own.ts })).toMatchObject({ ok: true });
  expect(await called.call('chat.update', { ...change, ts: own.ts })).toMatchObject({
    error: 'message_not_found',
  });
  const long = await called.say(general, { text: 'y'.repeat(50_000) });
  expect((long.message as { text: string }).text).toHaveLength(40_000);
});

test('a text that changes leaves the blocks, an empty list of blocks takes them away', async () => {
  await using called = await callSlack();
  const channel = called.channel('general');
  const { ts } = await called.say(channel, { text: 'one', blocks: [{ type: 'divider' }] });
  const kept = await called.call('chat.update', { channel, ts, text: 'two' });
  expect(kept.message).toMatchObject({ text: 'two', blocks: [{ type: 'divider' }] });
  const emptied = await called.call('chat.update', { channel, ts, text: 'three', blocks: [] });
  expect(emptied.message).not.toHaveProperty('blocks');
});

test('an ephemeral message is seen by one person, and by no method', async () => {
  await using called = await callSlack();
  const { slack } = called;
  const channel = called.channel('general');
  const other = slack.people.find(person => person.name === 'kofi')!.id;
  const { message_ts: ts } = await called.call('chat.postEphemeral', {
    channel,
    user: called.personId,
    text: 'psst',
  });
  const seenBy = (personId: string) => slack.snapshot(personId).messages.map(message => message.onlyFor);
  expect(seenBy(called.personId)).toEqual([called.personId]);
  expect(seenBy(other)).toEqual([]);
  expect(await called.call('conversations.history', { channel })).toMatchObject({ messages: [] });
  expect(await called.call('chat.update', { channel, ts, text: 'x' })).toMatchObject({
    error: 'message_not_found',
  });
  expect(await called.call('chat.postEphemeral', { channel, user: 'U0NOSUCHONE', text: 'x' })).toMatchObject({
    error: 'user_not_in_channel',
  });
});

test('threads are told apart from the channel, and lists come in pages', async () => {
  await using called = await callSlack();
  const channel = called.channel('general');
  const { ts } = await called.say(channel, { text: 'root' });
  await called.say(channel, { text: 'reply', thread_ts: ts });
  await called.say(channel, { text: 'next' });
  const first = await called.call('conversations.history', { channel, limit: 1 });
  expect(first).toMatchObject({ messages: [{ text: 'next' }], has_more: true });
  const { next_cursor: cursor } = first.response_metadata as { next_cursor: string };
  expect(await called.call('conversations.history', { channel, limit: 1, cursor })).toMatchObject({
    messages: [{ text: 'root', reply_count: 1 }],
    has_more: false,
  });
  expect(await called.call('conversations.replies', { channel, ts })).toMatchObject({
    messages: [{ text: 'root' }, { text: 'reply', thread_ts: ts }],
  });
});

test('too many posts in one channel are answered with 429 until the bucket fills again, and who does not wait is recorded', async () => {
  let now = Date.now();
  await using called = await callSlack({ now: () => now });
  const channel = called.channel('general');
  for (let count = 0; count < 5; count++) expect((await called.say(channel, { text: 'x' })).ok).toBe(true);
  const refused = await called.request('chat.postMessage', { channel, text: 'x' });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toEqual({ ok: false, error: 'ratelimited' });
  expect(called.slack.problems()).toEqual([]);
  now += 600;
  expect((await called.say(channel, { text: 'impatient' })).ok).toBe(false);
  expect(called.slack.problems()).toMatchObject([{ what: expect.stringMatching(/^ratelimited/) }]);
  now += 1000;
  expect((await called.say(channel, { text: 'x' })).ok).toBe(true);
  expect((await called.say(called.channel('photos'), { text: 'x' })).ok).toBe(true);
});

test('armed failures are spent by the requests that they are meant for', async () => {
  await using called = await callSlack();
  called.slack.faults.failRequests(/chat\.postMessage/, 429, 1, 7);
  called.slack.faults.failRequests(/chat\.postMessage/, 503, 1);
  const post = () => called.request('chat.postMessage', { channel: called.channel('general'), text: 'x' });
  expect((await called.request('auth.test', {})).status).toBe(200);
  const first = await post();
  expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
  expect((await post()).status).toBe(503);
  expect((await post()).status).toBe(200);
  expect(called.slack.problems()).toEqual([]);
});
