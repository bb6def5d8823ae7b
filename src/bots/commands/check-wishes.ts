import type { ChannelSettings } from '../../store/store.ts';
import { BotError } from './bot-error.ts';
import type { Person, Place } from './bot-port.ts';
import type { Context } from './context.ts';
import { wantsNoBots } from './remembered-settings.ts';

/** What may be kept of a description of this author's images for this requester. */
interface Keeping {
  readonly isKept: boolean;
  readonly settings: ChannelSettings;
}

/**
 * Checks that these images may be described there. People who opted out can still ask, about their own images too.
 *
 * @throws BotError `no-bots`, `opted-out`
 */
export async function checkWishes(
  { settings }: Context,
  place: Place,
  requester: Pick<Person, 'id'>,
  author: Pick<Person, 'id'>,
): Promise<Keeping> {
  if (wantsNoBots(place.topic)) {
    throw new BotError(
      'no-bots',
      'This channel asks bots to leave its pictures alone (it says so in its topic), so nothing is described here.',
    );
  }
  const [ofChannel, requesterIsOut, authorIsOut] = await Promise.all([
    settings.channel(place),
    settings.hasOptedOut(place.platform, requester.id),
    settings.hasOptedOut(place.platform, author.id),
  ]);
  if (authorIsOut && author.id !== requester.id) {
    throw new BotError(
      'opted-out',
      'Whoever posted this picture has asked not to have their pictures described. Please respect that.',
    );
  }
  // Not known is treated as a wish: nothing is kept.
  return { isKept: requesterIsOut === false && authorIsOut === false, settings: ofChannel };
}
