import { STYLES, type Style } from '../../inference/engines/engine.ts';
import { answerDescription } from './answer-description.ts';
import type { CommandCall, ShortcutCall } from './bot-commands.ts';
import { BotError } from './bot-error.ts';
import type { Context } from './context.ts';
import type { Handling } from './event-desk.ts';
import { choiceOption, textOption } from './read-options.ts';
import { referenceToUrl } from './reply-state.ts';

/** `describe`: an image that came along, or that an address leads to. */
export async function describeCommand(
  context: Context,
  call: CommandCall,
  handling: Handling,
): Promise<void> {
  const { options, place, person, responder, receivedAt } = call;
  const url = textOption(options, 'url', 2000);
  const style = choiceOption(options, 'style', STYLES) as Style | undefined;
  const engine = choiceOption(options, 'engine', context.engines);
  if (call.images.length === 0 && url === undefined) {
    throw new BotError('no-image', 'Attach an image, or give the address of one.');
  }
  if (call.images.length > 0 && url !== undefined) {
    throw new BotError('bad-option', 'Give either an image or an address, not both.');
  }
  const images = url === undefined ? call.images : [call.imageAt(url)];
  const reference = url === undefined ? ({ kind: 'once' } as const) : referenceToUrl(url);
  const job = {
    place,
    requester: person,
    author: person,
    images,
    reference,
    style,
    engine,
    responder,
    receivedAt,
  };
  await answerDescription(context, job, handling);
}

/** The message context menu entry or message shortcut. */
export async function describeShortcut(
  context: Context,
  call: ShortcutCall,
  handling: Handling,
): Promise<void> {
  const { place, person: requester, responder, receivedAt } = call;
  const { author, images, reference } = call.post;
  if (images.length === 0) throw new BotError('no-image', 'This message has no image: choose one that has.');
  await answerDescription(
    context,
    { place, requester, author, images, reference, responder, receivedAt },
    handling,
  );
}
