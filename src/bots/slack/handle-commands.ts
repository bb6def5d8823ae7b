import type { App } from '@slack/bolt';
import { z } from 'zod';
import { BotError } from '../commands/bot-error.ts';
import type { Place } from '../commands/bot-port.ts';
import { SHORTCUT_ID, SLASH_COMMAND } from './names.ts';
import { type ParsedCommand, parseCommand } from './parse-command.ts';
import { sentence } from './render-reply.ts';
import { createEventResponder, WORKING } from './responders.ts';
import { createResponseUrl } from './response-url.ts';
import { acknowledge, RESTARTING, type SlackContext } from './slack-context.ts';
import { explainSlackError } from './slack-error.ts';
import { formatMessageId, slackMessage } from './slack-messages.ts';

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
const slashCommand = z.object({
  user_id: z.string(),
  channel_id: z.string(),
  channel_name: z.string().optional(),
  text: z.string().default(''),
  trigger_id: z.string(),
  response_url: z.url(),
});

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
const messageShortcut = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string(), name: z.string().optional() }),
  message: slackMessage,
  trigger_id: z.string(),
  response_url: z.url(),
});

/** Listens to the slash command and to the message shortcut. */
export function handleCommands(app: App, context: SlackContext): void {
  app.command(SLASH_COMMAND, async ({ ack, body }) => {
    const receivedAt = performance.now();
    await acknowledge(ack, context.log);
    await runCommand(context, slashCommand.parse(body), receivedAt);
  });
  app.shortcut({ callback_id: SHORTCUT_ID, type: 'message_action' }, async ({ ack, body }) => {
    const receivedAt = performance.now();
    await acknowledge(ack, context.log);
    await runShortcut(context, messageShortcut.parse(body), receivedAt);
  });
}

async function runCommand(
  context: SlackContext,
  event: z.infer<typeof slashCommand>,
  receivedAt: number,
): Promise<void> {
  const { commands, directory, files, port, messages, log } = context;
  const { user_id: userId, channel_id: channelId } = event;
  if (context.wasSeen(event.trigger_id)) return;
  const responseUrl = createResponseUrl(event.response_url, context);
  if (context.isPaused()) return await responseUrl.send('private', RESTARTING);
  let parsed: ParsedCommand;
  let place: Place;
  try {
    parsed = parseCommand(event.text, commands.engineNames());
    place = await directory.place(channelId, event.channel_name);
  } catch (error) {
    const { message } = error instanceof BotError ? error : explainSlackError(error);
    return await responseUrl.send('private', sentence(message));
  }
  const isDescribing = parsed.command === 'describe';
  const responder = createEventResponder({
    messages,
    channelId,
    threadTs: null,
    isMember: place.isMember,
    userId,
    responseUrl,
    sign: isDescribing ? WORKING : null,
    log,
  });
  const person = await directory.person(userId, channelId);
  const { command, options } = parsed;
  const imageAt = files.imageAt;
  await commands.run({ command, options, images: [], imageAt, person, place, port, responder, receivedAt });
}

async function runShortcut(
  context: SlackContext,
  { user, channel, message, trigger_id, response_url }: z.infer<typeof messageShortcut>,
  receivedAt: number,
): Promise<void> {
  const { commands, directory, files, port, messages, log } = context;
  if (context.wasSeen(trigger_id)) return;
  const responseUrl = createResponseUrl(response_url, context);
  if (context.isPaused()) return await responseUrl.send('private', RESTARTING);
  let place: Place;
  try {
    place = await directory.place(channel.id, channel.name);
  } catch (error) {
    return await responseUrl.send('private', sentence(explainSlackError(error).message));
  }
  const responder = createEventResponder({
    messages,
    channelId: channel.id,
    threadTs: message.thread_ts ?? message.ts,
    isMember: place.isMember,
    userId: user.id,
    responseUrl,
    sign: WORKING,
    log,
  });
  try {
    const [person, author, images] = await Promise.all([
      directory.person(user.id, channel.id),
      directory.person(message.user ?? message.bot_id ?? '', channel.id),
      files.imagesOf(message.files ?? []),
    ]);
    const id = formatMessageId(message);
    const imageIds = images.map(image => image.id);
    const reference = place.isMember
      ? ({ kind: 'message', channelId: channel.id, messageId: id, imageIds } as const)
      : ({ kind: 'file', fileIds: imageIds } as const);
    const post = { id, author, images, reference };
    await commands.describePost({ post, person, place, port, responder, receivedAt });
  } catch (error) {
    await responder.show(sentence(explainSlackError(error).message));
  }
}
