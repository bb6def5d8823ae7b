import { existsSync, readFileSync } from 'node:fs';
import type { webApi } from '@slack/bolt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { PretendSlack } from '../../src/sandbox/slack/pretend-slack.ts';
import { type ConnectedApp, connectApp, PNG } from './slack/connect-app.ts';
import { SwaggerConformance } from './swagger-conformance.ts';

const DESCRIPTION = new URL('../../../shared/specs/slack-web-openapi-2021.json', import.meta.url);
const hasDescription = existsSync(DESCRIPTION);

/** Methods that are younger than the description, or were never in it. */
const NOT_DESCRIBED = ['apps.connections.open', 'files.completeUploadExternal', 'files.getUploadURLExternal'];

let connected: ConnectedApp;
let slack: PretendSlack;
let conformance: SwaggerConformance;
let client: webApi.WebClient;

beforeAll(async () => {
  if (!hasDescription) return;
  conformance = new SwaggerConformance(JSON.parse(readFileSync(DESCRIPTION, 'utf8')));
  connected = await connectApp(
    app => {
      app.command('/narrate', async ({ ack, client, command }) => {
        await ack();
        await client.views.open({ trigger_id: command.trigger_id, view: FORM });
      });
      app.action('push', async ({ ack, body, client }) => {
        await ack();
        await client.views.push({ trigger_id: (body as { trigger_id: string }).trigger_id, view: FORM });
      });
    },
    {
      recorder: conformance,
      scopes: [
        'channels:history',
        'channels:join',
        'channels:read',
        'chat:write',
        'commands',
        'files:read',
        'files:write',
        'groups:read',
        'im:history',
        'im:read',
        'im:write',
        'reactions:write',
        'team:read',
        'users:read',
      ],
    },
  );
  ({ slack } = connected);
  ({ client } = connected.app);
});

afterAll(async () => {
  await connected?.[Symbol.asyncDispose]();
});

const FORM = {
  type: 'modal' as const,
  title: { type: 'plain_text' as const, text: 'Report' },
  blocks: [
    {
      type: 'actions' as const,
      elements: [
        { type: 'button' as const, text: { type: 'plain_text' as const, text: 'More' }, action_id: 'push' },
      ],
    },
  ],
};

test.skipIf(!hasDescription)(
  'makes exchanges with Bolt that Slack described (skipped without ../shared/specs/slack-web-openapi-2021.json)',
  async () => {
    await useChat();
    await useConversations();
    await useFiles();
    await useViews();
    await useRefusals();
    console.info(`Not in Slack's description of 2021: ${[...conformance.missing].toSorted().join(', ')}`);
    expect([...conformance.missing].toSorted()).toEqual(NOT_DESCRIBED);
    console.info(
      [...conformance.seen].length,
      [...conformance.faults.values()].map(f => [f.where, f.at, f.keyword, f.detail].join(' | ')).join('\n'),
    );
  },
);

async function useChat(): Promise<void> {
  const channel = connected.channel('general');
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: 'AI description' } },
    { type: 'section', text: { type: 'plain_text', text: 'A red kite' } },
  ];
  const { ts } = await client.chat.postMessage({ channel, text: 'A red kite', blocks });
  await client.chat.update({ channel, ts: ts!, text: 'A blue kite', blocks });
  await client.chat.postMessage({ channel, thread_ts: ts!, text: 'In a thread' });
  await client.chat.getPermalink({ channel, message_ts: ts! });
  await client.chat.postEphemeral({ channel, user: connected.person('maya'), text: 'For you' });
  await client.reactions.add({ channel, name: 'eyes', timestamp: ts! });
  await client.conversations.replies({ channel, ts: ts! });
  await client.chat.delete({ channel, ts: ts! });
}

async function useConversations(): Promise<void> {
  const channel = connected.channel('photos');
  await client.auth.test();
  await client.team.info();
  await client.users.info({ user: connected.person('maya') });
  await client.users.list({});
  const { bot_id } = await client.auth.test();
  await client.bots.info({ bot: bot_id! });
  await client.conversations.info({ channel });
  await client.conversations.list({ limit: 2, types: 'public_channel,private_channel,im' });
  await client.conversations.members({ channel });
  await client.conversations.join({ channel });
  await client.conversations.open({ users: connected.person('maya'), return_im: true });
  await slack.post({ personId: connected.person('maya'), channelId: channel, text: 'Look', files: [] });
  await client.conversations.history({ channel, limit: 5 });
}

async function useFiles(): Promise<void> {
  const channel = connected.channel('photos');
  const upload = await client.apiCall('files.getUploadURLExternal', {
    filename: 'chart.png',
    length: PNG.length,
    alt_txt: 'A chart',
  });
  await fetch(String((upload as { upload_url?: string }).upload_url), { method: 'POST', body: PNG });
  const id = String((upload as { file_id?: string }).file_id);
  await client.apiCall('files.completeUploadExternal', {
    files: [{ id, title: 'Chart' }],
    channel_id: channel,
  });
  await client.files.info({ file: id });
  await client.conversations.history({ channel, limit: 1 });
  await client.files.delete({ file: id });
}

async function useViews(): Promise<void> {
  const personId = connected.person('maya');
  await client.views.publish({ user_id: personId, view: { type: 'home', blocks: [{ type: 'divider' }] } });
  await slack.runCommand({
    personId,
    channelId: connected.channel('general'),
    command: 'narrate',
    options: {},
    files: [],
  });
  const formId = await vi.waitFor(() => {
    const form = connected.seen.find(event => event.type === 'form');
    if (form?.type !== 'form') throw new Error('no form yet: ' + JSON.stringify([slack.problems(), slack.undelivered()]));
    return form.formId;
  });
  await client.views.update({ view_id: formId, view: FORM });
  await slack.press({ personId, channelId: '', messageId: formId, actionId: 'push' });
  await vi.waitFor(() => expect(conformance.seen.has('views.push')).toBe(true));
}

async function useRefusals(): Promise<void> {
  const channel = connected.channel('general');
  await expect(client.chat.postMessage({ channel: 'C0NOSUCHONE', text: 'x' })).rejects.toThrow(
    'channel_not_found',
  );
  await expect(client.chat.update({ channel, ts: '1600000000.000000', text: 'x' })).rejects.toThrow(
    'message_not_found',
  );
  await expect(client.files.info({ file: 'F0NOSUCHONE' })).rejects.toThrow('file_not_found');
  await expect(client.users.info({ user: 'U0NOSUCHONE' })).rejects.toThrow('user_not_found');
  await expect(client.conversations.info({ channel: 'C0NOSUCHONE' })).rejects.toThrow('channel_not_found');
  const { token } = slack.connection;
  await expect(client.auth.test({ token: `${token}x` })).rejects.toThrow('invalid_auth');
}
