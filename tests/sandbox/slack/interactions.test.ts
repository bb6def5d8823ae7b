import type { App } from '@slack/bolt';
import { expect, test, vi } from 'vitest';
import { type ConnectedApp, connectApp } from './connect-app.ts';

const SOON = { timeout: 5000, interval: 10 };

const button = {
  type: 'button' as const,
  text: { type: 'plain_text' as const, text: 'Report' },
  action_id: 'report',
  value: 'd1',
};
const buttons = [{ type: 'actions' as const, elements: [button] }];
const form = {
  type: 'modal' as const,
  callback_id: 'form',
  title: { type: 'plain_text' as const, text: 'Report' },
  submit: { type: 'plain_text' as const, text: 'Send' },
  notify_on_close: true,
  blocks: [
    {
      type: 'input' as const,
      block_id: 'reason',
      label: { type: 'plain_text' as const, text: 'Reason' },
      element: {
        type: 'static_select' as const,
        action_id: 'value',
        options: ['wrong', 'rude'].map(value => ({
          text: { type: 'plain_text' as const, text: value },
          value,
        })),
      },
    },
    {
      type: 'input' as const,
      block_id: 'more',
      optional: true,
      label: { type: 'plain_text' as const, text: 'More' },
      element: { type: 'plain_text_input' as const, action_id: 'value', max_length: 10 },
    },
  ],
};

async function postButtons(
  connected: ConnectedApp,
): Promise<{ personId: string; channelId: string; messageId: string }> {
  const channelId = connected.channel('general');
  const { ts } = await connected.app.client.chat.postMessage({
    channel: channelId,
    text: 'A kite',
    blocks: buttons,
  });
  return { personId: connected.person('maya'), channelId, messageId: ts! };
}

function shownForm(connected: ConnectedApp): { formId: string; json: Record<string, unknown> } {
  const forms = connected.seen.filter(event => event.type === 'form');
  expect(forms).not.toEqual([]);
  const { formId, json } = forms.at(-1)!;
  return { formId, json: json as Record<string, unknown> };
}

test('a button opens a form, which is filled in, refused with errors, and taken', async () => {
  const submitted: unknown[] = [];
  await using connected = await connectApp(app => {
    app.action('report', async ({ ack, body, client, action }) => {
      await ack();
      expect(action).toMatchObject({ type: 'button', value: 'd1' });
      await client.views.open({ trigger_id: (body as { trigger_id: string }).trigger_id, view: form });
    });
    app.view('form', async ({ ack, view }) => {
      submitted.push(view.state.values);
      await ack(
        submitted.length === 1 ? { response_action: 'errors', errors: { more: 'Say more.' } } : undefined,
      );
    });
  });
  const { slack } = connected;
  const { personId, ...place } = await postButtons(connected);
  await slack.press({ personId, ...place, actionId: 'report' });
  const { formId } = await vi.waitFor(() => shownForm(connected), SOON);
  const submit = (values: Record<string, string>) => slack.submit({ personId, formId, values });
  await expect(submit({ more: 'x' })).rejects.toThrow('Please complete this required field: Reason.');
  await expect(submit({ reason: 'boring' })).rejects.toThrow('boring is none of the choices.');
  await expect(submit({ reason: 'rude', more: 'far too long' })).rejects.toThrow('At most 10 characters');
  await submit({ reason: 'wrong', more: 'x' });
  expect(shownForm(connected).json).toMatchObject({ id: formId, errors: { more: 'Say more.' } });
  await submit({ reason: 'wrong', more: 'a cat' });
  expect(submitted[1]).toEqual({
    reason: { value: { type: 'static_select', selected_option: form.blocks[0]!.element.options![0] } },
    more: { value: { type: 'plain_text_input', value: 'a cat' } },
  });
  await expect(submit({ reason: 'wrong' })).rejects.toThrow('No form');
  expect(slack.problems()).toEqual([]);
});

test('a trigger id opens one form, within three seconds', async () => {
  let now = Date.now();
  const codes: string[] = [];
  const triggers: string[] = [];
  await using connected = await connectApp(
    app => {
      app.action('report', async ({ ack, body }) => {
        await ack();
        triggers.push((body as { trigger_id: string }).trigger_id);
      });
    },
    { now: () => now },
  );
  const { client } = connected.app;
  const place = await postButtons(connected);
  const open = (trigger_id: string) =>
    client.views.open({ trigger_id, view: form }).then(
      () => codes.push('ok'),
      error => codes.push(error.data.error),
    );
  for (let count = 0; count < 2; count++) await connected.slack.press({ ...place, actionId: 'report' });
  await vi.waitFor(() => expect(triggers).toHaveLength(2), SOON);
  await open(triggers[0]!);
  await open(triggers[0]!);
  now += 3001;
  await open(triggers[1]!);
  await open('1.2.3');
  expect(codes).toEqual(['ok', 'exchanged_trigger_id', 'expired_trigger_id', 'invalid_trigger_id']);
});

test('a response URL is good for five answers in thirty minutes', async () => {
  let now = Date.now();
  const urls: string[] = [];
  await using connected = await connectApp(
    app => {
      app.command('/narrate', async ({ ack, command }) => {
        await ack();
        urls.push(command.response_url);
      });
    },
    { now: () => now },
  );
  const { slack } = connected;
  const run = () =>
    slack.runCommand({
      personId: connected.person('maya'),
      channelId: connected.channel('general'),
      command: 'narrate',
      options: {},
      files: [],
    });
  await run();
  await run();
  await run();
  await vi.waitFor(() => expect(urls).toHaveLength(3), SOON);
  const answer = async (index: number) => {
    const response = await fetch(urls[index]!, {
      method: 'POST',
      body: JSON.stringify({ text: 'x' }),
      headers: { 'content-type': 'application/json' },
    });
    return [response.status, ((await response.json()) as { error?: string }).error];
  };
  for (let count = 0; count < 5; count++) expect(await answer(0)).toEqual([200, undefined]);
  expect(await answer(0)).toEqual([404, 'used_url']);
  now += 30 * 60_000 + 1;
  expect(await answer(1)).toEqual([404, 'expired_url']);
  slack.faults.expireInteractions();
  expect(await answer(2)).toEqual([404, 'expired_url']);
});

test('a response URL replaces and deletes what the button stands on, also where one person sees it', async () => {
  await using connected = await connectApp(app => {
    app.action('report', async ({ ack, respond, body }) => {
      await ack();
      const { is_ephemeral } = (body as unknown as { container: { is_ephemeral: boolean } }).container;
      await respond(is_ephemeral ? { delete_original: true } : { replace_original: true, text: 'Reported' });
    });
  });
  const { slack, app } = connected;
  const place = await postButtons(connected);
  await slack.press({ ...place, actionId: 'report' });
  await vi.waitFor(() => expect(connected.seen.at(-1)?.type).toBe('edit'), SOON);
  const [message] = slack.snapshot(place.personId).messages;
  expect(message?.json).toMatchObject({ text: 'Reported', ts: place.messageId });
  expect(message?.json).not.toHaveProperty('blocks');
  const { message_ts: messageId } = await app.client.chat.postEphemeral({
    channel: place.channelId,
    user: place.personId,
    text: 'For you',
    blocks: buttons,
  });
  await slack.press({ ...place, messageId: messageId!, actionId: 'report' });
  await vi.waitFor(() => expect(connected.seen.at(-1)?.type).toBe('delete'), SOON);
  expect(slack.problems()).toEqual([]);
});

test('after a command there is nothing to replace: another message comes, and it is recorded', async () => {
  await using connected = await connectApp(app => {
    app.command('/narrate', async ({ ack, respond }) => {
      await ack();
      await respond('Working');
      await respond({ replace_original: true, text: 'Done' });
    });
  });
  const { slack } = connected;
  const personId = connected.person('maya');
  await slack.runCommand({
    personId,
    channelId: connected.channel('general'),
    command: 'narrate',
    options: {},
    files: [],
  });
  await vi.waitFor(() => expect(slack.snapshot(personId).messages).toHaveLength(2), SOON);
  expect(slack.problems()).toMatchObject([
    { where: 'response_url', what: expect.stringMatching(/no original/) },
  ]);
});

test('the App Home is opened, published and pressed; a closed form is told', async () => {
  const heard: string[] = [];
  await using connected = await connectApp(app => listenToHome(app, heard));
  const { slack } = connected;
  const personId = connected.person('maya');
  await slack.openHome(personId);
  await vi.waitFor(
    () => expect(connected.seen).toMatchObject([{ type: 'home', json: { type: 'home' } }]),
    SOON,
  );
  await slack.press({ personId, channelId: '', messageId: 'home', actionId: 'report' });
  const { formId } = await vi.waitFor(() => shownForm(connected), SOON);
  await slack.closeForm(personId, formId);
  await vi.waitFor(() => expect(heard).toEqual(['app_home_opened home', 'view_closed']), SOON);
  expect(slack.problems()).toEqual([]);
});

function listenToHome(app: App, heard: string[]): void {
  app.event('app_home_opened', async ({ event, client }) => {
    heard.push(`${event.type} ${event.tab}`);
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: buttons } });
  });
  app.action('report', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: (body as { trigger_id: string }).trigger_id, view: form });
  });
  app.view({ callback_id: 'form', type: 'view_closed' }, async ({ ack, body }) => {
    await ack();
    heard.push(body.type);
  });
}
