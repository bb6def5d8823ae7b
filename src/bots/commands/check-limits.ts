import { BotError } from './bot-error.ts';
import type { Person, Place } from './bot-port.ts';
import type { Context } from './context.ts';
import { counted } from './shown-text.ts';

/** Commands, buttons and forms of one person in a minute, images or not. */
const EVENTS_PER_MINUTE = 40;
/** Presses on a thread's buttons: a refused one leaves a row in the audit table, which is kept for ever. */
const DECISIONS_PER_MINUTE = 10;

/**
 * How long until so many images may be described for this person there.
 *
 * @returns milliseconds; 0 where they were counted
 */
export function takeImages(
  { limiter, bots }: Pick<Context, 'limiter' | 'bots'>,
  personId: string,
  { platform, serverId, channelId }: Pick<Place, 'platform' | 'serverId' | 'channelId'>,
  images: number,
): number {
  const limits = [
    { key: `person:${platform}:${personId}`, perMinute: bots.perPersonPerMinute },
    { key: `channel:${platform}:${channelId}`, perMinute: bots.perChannelPerMinute },
  ];
  if (serverId !== null)
    limits.push({ key: `server:${platform}:${serverId}`, perMinute: bots.perServerPerMinute });
  return limiter.take(limits, images);
}

/** @throws BotError `too-often`, which says when it may be tried again */
export function checkImages(
  context: Pick<Context, 'limiter' | 'bots'>,
  personId: string,
  place: Place,
  images: number,
): void {
  const waitMs = takeImages(context, personId, place, images);
  if (waitMs > 0) throw tooOften('Too many images were asked for here within a minute', waitMs);
}

/** @throws BotError `too-often` */
export function checkEvents(
  { limiter }: Pick<Context, 'limiter'>,
  person: Pick<Person, 'id'>,
  place: Place,
): void {
  const key = `events:${place.platform}:${person.id}`;
  const waitMs = limiter.take([{ key, perMinute: EVENTS_PER_MINUTE }], 1);
  if (waitMs > 0) throw tooOften('That was too much within a minute', waitMs);
}

/** @throws BotError `too-often` */
export function checkDecisions(
  { limiter }: Pick<Context, 'limiter'>,
  person: Pick<Person, 'id'>,
  place: Place,
): void {
  const key = `decisions:${place.platform}:${person.id}`;
  const waitMs = limiter.take([{ key, perMinute: DECISIONS_PER_MINUTE }], 1);
  if (waitMs > 0) throw tooOften('That was too much within a minute', waitMs);
}

function tooOften(what: string, waitMs: number): BotError {
  return new BotError('too-often', `${what}: try again in ${counted(Math.ceil(waitMs / 1000), 'second')}.`);
}
