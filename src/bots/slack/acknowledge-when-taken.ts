import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import type { Logger } from '../commands/logger.ts';
import { acknowledge } from './slack-context.ts';

/** Slack waits three seconds, and takes what comes later for a failure. */
const LATEST_MS = 2000;

export interface TakenEvents {
  /** For Bolt's app, in the place of the one that was given. */
  readonly receiver: Receiver;
  /** The event is noted where a crash does not lose it: Slack need not tell it again. */
  taken(eventId: string): void;
}

/**
 * Bolt acknowledges an event before anything else, so that a process that is killed in the next moment loses it for good.
 * Here it is acknowledged as soon as it is taken, its handlers are done, or two seconds are over: until then Slack tells
 * it again (https://docs.slack.dev/apis/events-api, "Retries"). Commands, buttons and forms are acknowledged by their
 * own handlers, as ever.
 */
export function acknowledgeWhenTaken(receiver: Receiver, log: Logger): TakenEvents {
  const waiting = new Map<string, () => void>();

  async function process(app: App, event: ReceiverEvent): Promise<void> {
    const { type, event_id: id } = event.body as { type?: unknown; event_id?: unknown };
    if (type !== 'event_callback' || typeof id !== 'string') return await app.processEvent(event);
    const taken = Promise.withResolvers<void>();
    const timer = setTimeout(taken.resolve, LATEST_MS);
    waiting.set(id, taken.resolve);
    const answered = taken.promise.then(() => acknowledge(event.ack, log));
    try {
      await app.processEvent({ ...event, ack: async () => {} });
    } finally {
      clearTimeout(timer);
      if (waiting.get(id) === taken.resolve) waiting.delete(id);
      taken.resolve();
      await answered;
    }
  }

  return {
    receiver: {
      init(app) {
        receiver.init(
          Object.create(app, { processEvent: { value: (event: ReceiverEvent) => process(app, event) } }),
        );
      },
      start: (...args) => receiver.start(...args),
      stop: (...args) => receiver.stop(...args),
    },
    taken: eventId => waiting.get(eventId)?.(),
  };
}
