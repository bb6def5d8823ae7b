import { expect, test } from 'vitest';
import { type CalledSlack, callSlack } from './call-slack.ts';
import { PNG } from './connect-app.ts';

interface FileJson {
  readonly id: string;
  readonly url_private: string;
  readonly [field: string]: unknown;
}

async function postFile(
  called: CalledSlack,
  channel = 'photos',
  altText?: string,
): Promise<{ ts: string; file: FileJson }> {
  const { slack, personId } = called;
  const files = [{ name: 'My kite.png', bytes: PNG, ...(altText === undefined ? {} : { altText }) }];
  const { messageId } = await slack.post({ personId, channelId: called.channel(channel), text: '', files });
  const shown = slack.snapshot(personId).messages.find(message => message.id === messageId);
  return { ts: messageId, file: (shown!.json as { files: FileJson[] }).files[0]! };
}

const info = async (called: CalledSlack, id: string) =>
  (await called.call('files.info', { file: id })).file as FileJson;

test('a posted file has the type of its content, its size in pixels and its alt text', async () => {
  await using called = await callSlack();
  const { ts, file } = await postFile(called, 'photos', 'A red kite');
  expect(await info(called, file.id)).toMatchObject({
    mimetype: 'image/png',
    filetype: 'png',
    size: PNG.length,
    original_w: 1,
    original_h: 1,
    alt_txt: 'A red kite',
    file_access: 'visible',
    shares: { public: { [called.channel('photos')]: [{ ts }] } },
  });
  await called.slack.setAltText(ts, 0, 'A red kite over a hill');
  expect(await info(called, file.id)).toMatchObject({ alt_txt: 'A red kite over a hill' });
  await called.slack.setAltText(ts, 0, '');
  expect(await info(called, file.id)).not.toHaveProperty('alt_txt');
});

test('a file is read with the token and the scope; anyone else is sent to a login page', async () => {
  await using called = await callSlack();
  const { file } = await postFile(called);
  const { token } = called.slack.connection;
  const read = (authorization?: string) =>
    fetch(file.url_private, authorization === undefined ? {} : { headers: { authorization } });
  const good = await read(`Bearer ${token}`);
  expect([good.headers.get('content-type'), Buffer.from(await good.arrayBuffer())]).toEqual([
    'image/png',
    PNG,
  ]);
  for (const authorization of [undefined, 'Bearer xoxb-wrong']) {
    const refused = await read(authorization);
    expect([refused.status, refused.redirected]).toEqual([200, true]);
    expect(await refused.text()).toContain('Sign in to Lighthouse');
  }
  expect(called.slack.problems()).toHaveLength(2);
  await using unscoped = await callSlack({ scopes: ['chat:write'] });
  const other = await postFile(unscoped);
  const answer = await fetch(other.file.url_private, {
    headers: { authorization: `Bearer ${unscoped.slack.connection.token}` },
  });
  expect(await answer.text()).toContain('Sign in');
});

test('expired addresses are refused, and files.info gives new ones', async () => {
  await using called = await callSlack();
  const { file } = await postFile(called);
  const headers = { authorization: `Bearer ${called.slack.connection.token}` };
  called.slack.faults.expireImageUrls();
  expect((await fetch(file.url_private, { headers })).status).toBe(404);
  const { url_private } = await info(called, file.id);
  expect((await fetch(url_private, { headers })).status).toBe(200);
});

test('a deleted file leaves a tombstone; a hidden one has to be asked for', async () => {
  const events: { event: { subtype?: string; files?: FileJson[]; previous_message?: unknown } }[] = [];
  await using called = await callSlack({
    recorder: {
      onExchange: () => {},
      onEvent: ({ payload }) => void events.push(payload as (typeof events)[0]),
    },
  });
  const { ts, file } = await postFile(called);
  expect(events[0]?.event.files?.[0]).toMatchObject({ file_access: 'visible' });
  called.slack.hideFile(ts, 0);
  expect(await info(called, file.id)).toMatchObject({
    file_access: 'visible',
    url_private: expect.any(String),
  });
  await called.slack.deleteMessage({
    personId: called.personId,
    channelId: called.channel('photos'),
    messageId: ts,
  });
  expect(await called.call('files.info', { file: file.id })).toMatchObject({ error: 'file_deleted' });
  expect(called.slack.readFile(file.id)).toBeNull();
  const deleted = events.find(({ event }) => event.subtype === 'message_deleted');
  expect(deleted?.event.previous_message).toMatchObject({
    files: [{ id: file.id, file_access: 'check_file_info' }],
  });
});

test('files of conversations in which the app is not stay out of its sight', async () => {
  await using called = await callSlack({ channels: [{ name: 'closed', hasBot: false }] });
  const { file } = await postFile(called, 'closed');
  expect(await called.call('files.info', { file: file.id })).toMatchObject({ error: 'file_not_found' });
});

test('an upload is announced, filled and completed, with its alt text, in a thread with blocks', async () => {
  await using called = await callSlack();
  const channel = called.channel('photos');
  const { ts } = await called.say(channel, { text: 'root' });
  const begin = (args: object) =>
    called.call('files.getUploadURLExternal', { filename: 'chart.png', length: PNG.length, ...args });
  expect(await begin({ alt_txt: 'x'.repeat(1001) })).toMatchObject({ error: 'alt_txt_too_large' });
  expect(await begin({ alt_text: 'A chart' })).toMatchObject({ error: 'invalid_arguments' });
  const { upload_url, file_id: id } = await begin({ alt_txt: 'A chart' });
  const complete = () =>
    called.call('files.completeUploadExternal', {
      files: [{ id, title: 'Chart' }],
      channel_id: channel,
      thread_ts: ts,
      blocks: [{ type: 'section', text: { type: 'plain_text', text: 'The last month' } }],
    });
  expect(await complete()).toMatchObject({ error: 'file_not_found' });
  const fill = (body: FormData | Uint8Array<ArrayBuffer>) =>
    fetch(String(upload_url), { method: 'POST', body });
  expect((await fill(PNG.subarray(1))).status).toBe(400);
  const form = new FormData();
  form.append('file', new Blob([PNG]), 'chart.png');
  expect(await (await fill(form)).text()).toBe(`OK - ${PNG.length}`);
  expect(await complete()).toMatchObject({ files: [{ id, alt_txt: 'A chart', mimetype: 'image/png' }] });
  expect(await called.call('conversations.replies', { channel, ts })).toMatchObject({
    messages: [{ text: 'root' }, { subtype: 'file_share', files: [{ id }], blocks: [{ type: 'section' }] }],
  });
});

test('an uploaded picture that is shared nowhere stands in an image block, once Slack has looked it through', async () => {
  let now = Date.now();
  await using called = await callSlack({ now: () => now, uploadsReadyAfterMs: 500 });
  const { upload_url, file_id: id } = await called.call('files.getUploadURLExternal', {
    filename: 'chart.png',
    length: PNG.length,
  });
  await fetch(String(upload_url), { method: 'POST', body: PNG });
  await called.call('files.completeUploadExternal', { files: [{ id }] });
  const blocks = [{ type: 'image', slack_file: { id }, alt_text: 'A chart' }];
  const say = () => called.say(called.channel('general'), { text: 'A chart', blocks });
  expect(await say()).toMatchObject({ errors: ['invalid slack file [json-pointer:/blocks]'] });
  now += 500;
  expect(await say()).toMatchObject({ ok: true });
  expect(called.slack.problems()).toEqual([]);
  expect(called.slack.readFile(String(id))?.mimetype).toBe('image/png');
});
