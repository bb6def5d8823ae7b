import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { expect, test, vi } from 'vitest';
import { callSlack } from './call-slack.ts';

const SOON = { timeout: 5000, interval: 10 };

test('events, commands and interactions reach Bolt as signed requests, and it answers', async () => {
  await using called = await callSlack();
  const { slack, personId } = called;
  const { baseUrl, signingSecret, token } = slack.connection;
  const receiver = new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR });
  const app = new App({ token, receiver, clientOptions: { slackApiUrl: `${baseUrl}/api/` } });
  const heard: string[] = [];
  app.event('app_mention', async ({ event }) => void heard.push(event.type));
  app.command('/narrate', async ({ ack, command }) => ack(`you said ${command.text}`));
  app.shortcut('describe_image', async ({ ack, respond }) => {
    await ack();
    await respond('A kite');
  });
  const server = (await app.start({ port: 0, host: '127.0.0.1' })) as ReturnType<typeof createServer>;
  try {
    await slack.useRequestUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
    expect(slack.snapshot(personId).bot.isConnected).toBe(true);
    const channelId = called.channel('general');
    const { messageId } = await slack.post({ personId, channelId, text: '@visual-narrator', files: [] });
    await vi.waitFor(() => expect(heard).toEqual(['app_mention']), SOON);
    await slack.runCommand({ personId, channelId, command: 'narrate', options: { text: 'help' }, files: [] });
    await slack.runShortcut({ personId, channelId, messageId, shortcut: 'Describe image' });
    const texts = () =>
      slack.snapshot(personId).messages.map(message => (message.json as { text: string }).text);
    await vi.waitFor(() => expect(texts().slice(1)).toEqual(['you said help', 'A kite']), SOON);
    expect(slack.problems()).toEqual([]);
  } finally {
    await app.stop();
  }
});

test('a wrong signature is refused by Bolt, so the address is not taken', async () => {
  await using called = await callSlack();
  const receiver = new HTTPReceiver({ signingSecret: 'another', logLevel: LogLevel.ERROR });
  const app = new App({ token: 'xoxb-x', receiver, tokenVerificationEnabled: false });
  const server = (await app.start({ port: 0, host: '127.0.0.1' })) as ReturnType<typeof createServer>;
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
    await expect(called.slack.useRequestUrl(url)).rejects.toThrow(
      'did not answer the challenge: it answered 401',
    );
  } finally {
    await app.stop();
  }
});

test('a request that is refused or late comes again with its number and the reason', async () => {
  await using called = await callSlack({ acknowledgeWithinMs: 100, retryDelaysMs: [0, 10] });
  const retries: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    if (body.type === 'url_verification') response.end(JSON.stringify({ challenge: body.challenge }));
    else {
      retries.push([request.headers['x-slack-retry-num'], request.headers['x-slack-retry-reason']]);
      // The first is never answered.
      if (retries.length === 2) response.writeHead(500).end();
      if (retries.length === 3) response.end();
    }
  }).listen(0, '127.0.0.1');
  try {
    await vi.waitFor(() => expect(server.listening).toBe(true), SOON);
    await called.slack.useRequestUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await called.slack.openHome(called.personId);
    await vi.waitFor(() => expect(retries).toHaveLength(3), SOON);
    expect(retries).toEqual([
      [undefined, undefined],
      ['1', 'http_timeout'],
      ['2', 'http_error'],
    ]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
