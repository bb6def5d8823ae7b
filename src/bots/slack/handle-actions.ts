import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { ActionCall } from '../commands/bot-commands.ts';
import type { Person, Place, Responder } from '../commands/bot-port.ts';
import { errorFields } from '../commands/explain-error.ts';
import { ACTIONS, type ActionName } from '../commands/reply.ts';
import { createHomeResponder } from './handle-home.ts';
import { ACTION_ID, FORM_ID, parseActionId } from './names.ts';
import { renderForm } from './render-form.ts';
import { sentence } from './render-reply.ts';
import { createEventResponder, createMessageResponder, createOriginalResponder } from './responders.ts';
import { createResponseUrl, type ResponseUrl } from './response-url.ts';
import { acknowledge, RESTARTING, type SlackContext } from './slack-context.ts';
import { explainSlackError, slackCode } from './slack-error.ts';

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const blockAction = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string(), name: z.string().optional() }).optional(),
  container: z.object({
    type: z.string(),
    message_ts: z.string().optional(),
    thread_ts: z.string().optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  trigger_id: z.string(),
  response_url: z.url().optional(),
  actions: z.array(z.object({ action_id: z.string() })).min(1),
});

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const viewSubmission = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    id: z.string(),
    hash: z.string().optional(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            value: z.string().nullish(),
            selected_option: z.object({ value: z.string() }).nullish(),
          }),
        ),
      ),
    }),
  }),
});

/** Where a button was pressed, so that a form that it opened finds its way back: plain data. */
const origin = z.object({
  action: z.enum(ACTIONS),
  target: z.string(),
  channelId: z.string().nullable(),
  channelName: z.string(),
  /** Null on a private message and in the App Home. */
  messageTs: z.string().nullable(),
  threadTs: z.string().nullable(),
  responseUrl: z.url().nullable(),
});
type Origin = z.infer<typeof origin>;

const anyAnswer = z.object({ ok: z.literal(true) });

/** Listens to the buttons of messages and of the App Home, and to the forms that they open. */
export function handleActions(app: App, context: SlackContext): void {
  app.action({ type: 'block_actions', action_id: ACTION_ID }, async ({ ack, body }) => {
    const receivedAt = performance.now();
    await acknowledge(ack, context.log);
    const event = blockAction.parse(body);
    const pressed = parseActionId(event.actions[0]!.action_id);
    if (!pressed || context.wasSeen(event.trigger_id)) return;
    await press(context, event.user.id, originOf(event, pressed), event.trigger_id, receivedAt);
  });
  app.view({ type: 'view_submission', callback_id: FORM_ID }, async ({ ack, body }) => {
    const receivedAt = performance.now();
    await acknowledge(ack, context.log);
    const { user, view } = viewSubmission.parse(body);
    if (context.wasSeen(`view ${view.id}`)) return;
    const from = origin.parse(JSON.parse(view.private_metadata));
    const values: Record<string, string> = {};
    for (const [name, inputs] of Object.entries(view.state.values)) {
      const [input] = Object.values(inputs);
      values[name] = input?.selected_option?.value ?? input?.value ?? '';
    }
    await submit(context, user.id, from, values, receivedAt);
  });
}

function originOf(
  { channel, container, response_url }: z.infer<typeof blockAction>,
  pressed: { readonly action: ActionName; readonly target: string },
): Origin {
  const isMessage = container.type === 'message' && container.is_ephemeral !== true;
  return {
    ...pressed,
    channelId: channel?.id ?? null,
    channelName: channel?.name ?? '',
    messageTs: isMessage ? (container.message_ts ?? null) : null,
    threadTs: container.thread_ts ?? null,
    responseUrl: response_url ?? null,
  };
}

async function press(
  context: SlackContext,
  userId: string,
  from: Origin,
  triggerId: string,
  receivedAt: number,
): Promise<void> {
  await answering(context, userId, from, async ways => {
    const { person, place } = ways;
    const { action, target } = from;
    const form = await context.commands.formFor({ action, target, person, place });
    if (!form) {
      await context.commands.press(callOf(context, from, ways, receivedAt));
      return;
    }
    const view = renderForm(form, JSON.stringify(from));
    try {
      await context.api.call('views.open', { trigger_id: triggerId, view }, anyAnswer, 'once');
    } catch (error) {
      const isLate = ['expired_trigger_id', 'exchanged_trigger_id'].includes(slackCode(error) ?? '');
      const text = isLate
        ? 'The form came too late for Slack to open it: press the button again.'
        : explainSlackError(error).message;
      await ways.responder.show(sentence(text));
    }
  });
}

async function submit(
  context: SlackContext,
  userId: string,
  from: Origin,
  values: Readonly<Record<string, string>>,
  receivedAt: number,
): Promise<void> {
  await answering(context, userId, from, ways =>
    context.commands.press({ ...callOf(context, from, ways, receivedAt), values }),
  );
}

interface Ways {
  readonly person: Person;
  readonly place: Place;
  readonly responder: Responder;
  readonly origin: Responder;
}

/** Finds out who is where and how to answer them; what fails on the way is told. */
async function answering(
  context: SlackContext,
  userId: string,
  from: Origin,
  task: (ways: Ways) => Promise<void>,
): Promise<void> {
  const { directory, log } = context;
  // The App Home is nobody else's: its place is the person's own conversation with the bot.
  const channelId = from.channelId ?? userId;
  const responseUrl = from.responseUrl === null ? null : createResponseUrl(from.responseUrl, context);
  const tell = createEventResponder({
    messages: context.messages,
    channelId,
    threadTs: from.threadTs,
    isMember: false,
    userId: responseUrl ? userId : null,
    responseUrl,
    sign: null,
    log,
  });
  if (context.isPaused()) {
    await tell.show(RESTARTING);
    return;
  }
  try {
    const [person, place] = await Promise.all([
      directory.person(userId, from.channelId),
      from.channelId === null ? homePlace(userId) : directory.place(from.channelId, from.channelName),
    ]);
    await task({ person, place, ...respondersOf(context, from, person, place, responseUrl) });
  } catch (error) {
    log.warn(
      { action: from.action, userId, ...errorFields(error) },
      'a button or form could not be answered',
    );
    await tell.show(sentence(explainSlackError(error).message));
  }
}

function respondersOf(
  context: SlackContext,
  from: Origin,
  person: Person,
  place: Place,
  responseUrl: ResponseUrl | null,
): { responder: Responder; origin: Responder } {
  const { messages, log } = context;
  if (from.channelId === null) {
    const home = createHomeResponder(context, person);
    return { responder: home, origin: home };
  }
  const responder = createEventResponder({
    messages,
    channelId: from.channelId,
    threadTs: from.threadTs,
    isMember: place.isMember,
    userId: person.id,
    responseUrl,
    sign: null,
    log,
  });
  if (from.messageTs !== null && place.isMember)
    return { responder, origin: createMessageResponder(messages, from.channelId, from.messageTs) };
  return { responder, origin: responseUrl ? createOriginalResponder(responseUrl) : responder };
}

function callOf(
  { port }: SlackContext,
  { action, target, messageTs }: Origin,
  { person, place, responder, origin }: Ways,
  receivedAt: number,
): ActionCall {
  return { action, target, messageId: messageTs, person, place, port, responder, origin, receivedAt };
}

function homePlace(userId: string): Place {
  return {
    platform: 'slack',
    serverId: null,
    channelId: userId,
    channelName: '',
    topic: '',
    isDirect: true,
    isMember: true,
  };
}
