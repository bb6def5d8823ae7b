import { existsSync, readFileSync } from 'node:fs';
import type { webApi } from '@slack/bolt';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { PretendSlack } from '../../src/sandbox/slack/pretend-slack.ts';
import { startPretendSlack } from '../../src/sandbox/slack/start-pretend-slack.ts';
import { type ConnectedApp, connectApp, PNG } from './slack/connect-app.ts';
import { SwaggerConformance } from './swagger-conformance.ts';

const DESCRIPTION = new URL('../../../shared/specs/slack-web-openapi-2021.json', import.meta.url);
const EVENTS = new URL('../../../shared/specs/slack-events-2021.json', import.meta.url);
const hasDescription = existsSync(DESCRIPTION);
const hasEvents = existsSync(EVENTS);

/** Methods that are younger than the description, or were never in it. */
const NOT_DESCRIBED = ['apps.connections.open', 'files.completeUploadExternal', 'files.getUploadURLExternal'];

/** Where Slack today is not as its description of 2021 says, each with the reason. */
const KNOWN_DEVIATIONS = [
  // Messages name the app since granular bot permissions. docs.slack.dev/messaging/retrieving-messages
  'chat.postMessage answer /message: additionalProperties app_id',
  'conversations.history answer /messages/*: additionalProperties app_id',
  // Described as an object, though the block definition of the same description is of an array.
  'chat.update answer /message/blocks: type object',
  // Younger fields. docs.slack.dev/reference/objects/file-object
  'conversations.history answer /messages/*/files/*: additionalProperties alt_txt',
  'conversations.history answer /messages/*/files/*: additionalProperties file_access',
  'files.info answer /file: additionalProperties alt_txt',
  'files.info answer /file: additionalProperties file_access',
  // The description knows no channel in `shares`, which are keyed by channel.
  'files.info answer /file/shares/public: additionalProperties',
  // The cursor of the next page. docs.slack.dev/apis/web-api/pagination
  'conversations.history answer: additionalProperties response_metadata',
  // Bolt sends it with every call; Slack takes it.
  'views.open request: undeclared team_id',
  'views.push request: undeclared team_id',
];

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
    expect(faults(conformance)).toEqual(KNOWN_DEVIATIONS.toSorted());
    expect(conformance.seen.size).toBe(24);
  },
);

test.skipIf(!hasEvents)(
  'sends events in the wrapper that Slack described (skipped without ../shared/specs/slack-events-2021.json)',
  async () => {
    const { components } = JSON.parse(readFileSync(EVENTS, 'utf8'));
    // Not strict: descriptions use keywords of AsyncAPI beside those of JSON Schema.
    const validate = new Ajv({ strict: false, allErrors: true }).compile(
      components.schemas.GenericEventWrapper,
    );
    const events: { event: { type: string } }[] = [];
    await using pretend = await startPretendSlack({
      recorder: {
        onExchange: () => {},
        onEvent: ({ payload }) => void events.push(payload as (typeof events)[0]),
      },
    }).then(started => ({ slack: started, [Symbol.asyncDispose]: () => started.close() }));
    const personId = pretend.slack.people[0]!.id;
    const { bot, channels } = pretend.slack.snapshot(personId);
    const { messageId } = await pretend.slack.post({
      personId,
      channelId: channels[0]!.id,
      text: `<@${bot.id}>`,
      files: [{ name: 'a.png', bytes: PNG }],
    });
    await pretend.slack.setAltText(messageId, 0, 'A dot');
    await pretend.slack.openHome(personId);
    const types = events.map(({ event }) => event.type);
    expect(types).toEqual(['message', 'app_mention', 'file_shared', 'file_change', 'app_home_opened']);
    for (const event of events) {
      validate(event);
      // `authorizations` has taken its place. docs.slack.dev/changelog/2020-09-15-events-api-truncate-authed-users
      expect(validate.errors?.map(error => error.message)).toEqual([
        "must have required property 'authed_users'",
      ]);
    }
  },
);

test.skipIf(!hasDescription)('finds what is not as described (the control of the tests above)', () => {
  const control = new SwaggerConformance(JSON.parse(readFileSync(DESCRIPTION, 'utf8')));
  const exchange = {
    method: 'POST',
    path: '/chat.postMessage',
    url: 'http://127.0.0.1/api/chat.postMessage',
    requestHeaders: {},
    requestBody: { colour: 'red', text: 'x', link_names: 'perhaps' },
    status: 200,
    responseBody: { ok: true, channel: 'general' },
  };
  control.onExchange(exchange);
  control.onExchange({ ...exchange, responseBody: { ok: false } });
  control.onExchange({ ...exchange, path: '/no.such' });
  expect(faults(control)).toEqual(
    expect.arrayContaining([
      'chat.postMessage request: undeclared colour',
      'chat.postMessage request: required channel',
      'chat.postMessage request /link_names: type boolean',
      'chat.postMessage answer /channel: pattern ^[CGD][A-Z0-9]{8,}$',
      'chat.postMessage answer: required ts',
      'chat.postMessage refusal: required error',
    ]),
  );
  expect([...control.missing]).toEqual(['no.such']);
});

function faults(found: SwaggerConformance): string[] {
  return [...found.faults.values()]
    .map(({ where, at, keyword, detail }) =>
      `${where}${at === '' ? '' : ` ${at}`}: ${keyword} ${detail}`.trimEnd(),
    )
    .toSorted();
}

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
  const { upload_url, file_id: id } = z.object({ upload_url: z.string(), file_id: z.string() }).parse(
    await client.apiCall('files.getUploadURLExternal', {
      filename: 'chart.png',
      length: PNG.length,
      alt_txt: 'A chart',
    }),
  );
  await fetch(upload_url, { method: 'POST', body: PNG });
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
    if (form?.type !== 'form') throw new Error('no form yet');
    return form.formId;
  }, 5000);
  await client.views.update({ view_id: formId, view: FORM });
  await slack.press({ personId, channelId: '', messageId: formId, actionId: 'push' });
  await vi.waitFor(() => expect(conformance.seen.has('views.push')).toBe(true), 5000);
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
