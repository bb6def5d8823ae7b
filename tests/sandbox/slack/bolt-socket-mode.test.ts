import { expect, test, vi } from 'vitest';
import { connectApp, PNG } from './connect-app.ts';

test('a mention with a file reaches the app, which reads the file, answers and changes its answer', async () => {
  const events: Record<string, unknown>[] = [];
  await using connected = await connectApp(app => {
    app.event('file_shared', async ({ event }) => void events.push({ ...event }));
    app.event('app_mention', async ({ event, client }) => {
      events.push({ ...event });
      const posted = await client.chat.postMessage({ channel: event.channel, text: 'Working on it' });
      await client.chat.update({ channel: event.channel, ts: posted.ts!, text: 'A red kite' });
    });
  });
  const { slack } = connected;
  const bot = slack.snapshot(connected.person('maya')).bot;
  expect(bot.isConnected).toBe(true);
  await slack.post({
    personId: connected.person('maya'),
    channelId: connected.channel('photos'),
    text: `<@${bot.id}> what is this?`,
    files: [{ name: 'kite.png', bytes: PNG }],
  });
  await vi.waitFor(() =>
    expect(connected.seen.map(event => event.type)).toEqual(['message', 'message', 'edit']),
  );
  expect(connected.seen[2]).toMatchObject({
    message: { json: { text: 'A red kite', bot_id: expect.any(String) } },
  });
  expect(events.map(event => event.type).toSorted()).toEqual(['app_mention', 'file_shared']);
  const fileShared = events.find(event => event.type === 'file_shared')!;
  expect(fileShared).not.toHaveProperty('url_private');
  const { file } = await connected.app.client.files.info({ file: String(fileShared.file_id) });
  const read = await fetch(file!.url_private!, {
    headers: { authorization: `Bearer ${slack.connection.token}` },
  });
  expect(Buffer.from(await read.arrayBuffer())).toEqual(PNG);
  expect(slack.problems()).toEqual([]);
});

test('a slash command and a message shortcut reach the app and are answered by their response URLs', async () => {
  await using connected = await connectApp(app => {
    app.command('/narrate', async ({ ack, command, respond }) => {
      await ack();
      await respond({ text: `you said ${command.text}`, response_type: 'ephemeral' });
    });
    app.shortcut('describe_image', async ({ ack, respond, shortcut }) => {
      await ack();
      if (shortcut.type !== 'message_action') throw new Error('not a message shortcut');
      await respond({ text: `the message said ${shortcut.message.text}`, response_type: 'in_channel' });
    });
  });
  const { slack } = connected;
  const personId = connected.person('maya');
  const channelId = connected.channel('general');
  await slack.runCommand({ personId, channelId, command: 'narrate stats', options: {}, files: [] });
  await vi.waitFor(() => expect(connected.seen).toHaveLength(1));
  expect(connected.seen[0]).toMatchObject({
    type: 'message',
    message: { onlyFor: personId, json: { text: 'you said stats' } },
  });
  const { messageId } = await slack.post({ personId, channelId, text: 'Look', files: [] });
  await slack.runShortcut({ personId, channelId, messageId, shortcut: 'Describe image' });
  await vi.waitFor(() => expect(connected.seen).toHaveLength(3));
  expect(connected.seen[2]).toMatchObject({
    message: { onlyFor: null, json: { text: 'the message said Look' } },
  });
  expect(slack.problems()).toEqual([]);
});
