import { setTimeout as wait } from 'node:timers/promises';
import { InferenceError } from '../../inference/isolation/inference-error.ts';
import type { Person, Place, Responder } from './bot-port.ts';
import { errorFields, explainError, shortId } from './explain-error.ts';
import type { Logger } from './logger.ts';
import type { ActionButton, Reply } from './reply.ts';

/** One event while it is answered. */
export interface Handling {
  /** The short id under which members and log lines speak of it. */
  readonly id: string;
  /** Aborted when the service is stopped and time is up. */
  readonly signal: AbortSignal;
  /** Where trying again may help, the answer to a failure gets the button that this makes. */
  offerRetry(makeButton: () => Promise<ActionButton>): void;
}

interface HandledEvent {
  /** `command describe`, `action more`, `watch`: for the log. */
  readonly what: string;
  readonly person: Pick<Person, 'id'>;
  readonly place: Pick<Place, 'platform' | 'serverId' | 'channelId'>;
  /** Where a failure is told; null where nobody asked. */
  readonly responder: Responder | null;
}

export interface EventDesk {
  readonly isStopping: boolean;
  /** Does the task; what goes wrong is told to the person and logged. Never rejects. */
  handle(event: HandledEvent, task: (handling: Handling) => Promise<void>): Promise<void>;
  /** Work that `stop` waits for too, its failure being the caller's. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Takes no new events, waits for those at hand, and tells the rest when `graceMs` are over. */
  stop(graceMs: number): Promise<void>;
}

/** After the rest was told to end, this long is waited for their last words. */
const LAST_WORDS_MS = 2000;

export function createEventDesk(log: Logger): EventDesk {
  const atHand = new Set<Promise<unknown>>();
  const stopped = new AbortController();
  let isStopping = false;

  async function answer(event: HandledEvent, task: (handling: Handling) => Promise<void>): Promise<void> {
    const id = shortId();
    let makeButton: (() => Promise<ActionButton>) | undefined;
    try {
      if (isStopping) throw stoppingError();
      await task({
        id,
        signal: stopped.signal,
        offerRetry(make) {
          makeButton = make;
        },
      });
    } catch (error) {
      const { sentence, mayPass, isRefusal } = explainError(error);
      const { what, person, place, responder } = event;
      const fields = { id, what, personId: person.id, ...placeFields(place), ...errorFields(error) };
      if (isRefusal) log.info(fields, 'refused');
      else log.error(fields, 'failed');
      if (!responder) return;
      try {
        const button = mayPass ? await makeButton?.().catch(() => undefined) : undefined;
        await responder.show(renderFailure(sentence, isRefusal ? null : id, button));
      } catch (cause) {
        log.error({ id, what, ...errorFields(cause) }, 'the failure could not be told');
      }
    }
  }

  async function track<T>(work: Promise<T>): Promise<T> {
    atHand.add(work);
    try {
      return await work;
    } finally {
      atHand.delete(work);
    }
  }

  return {
    get isStopping() {
      return isStopping;
    },
    track,
    handle: (event, task) => track(answer(event, task)),
    async stop(graceMs) {
      isStopping = true;
      const all = () => Promise.allSettled(atHand);
      const over = new AbortController();
      const grace = wait(graceMs, undefined, { signal: over.signal }).catch(() => {});
      await Promise.race([all(), grace]);
      over.abort();
      if (atHand.size === 0) return;
      log.warn({ atHand: atHand.size }, 'ending what is not done in time');
      stopped.abort(stoppingError());
      const lastWords = new AbortController();
      await Promise.race([
        all(),
        wait(LAST_WORDS_MS, undefined, { signal: lastWords.signal }).catch(() => {}),
      ]);
      lastWords.abort();
    },
  };
}

function stoppingError(): InferenceError {
  return new InferenceError('stopping', 'The service is being stopped: try again in a few minutes.');
}

function placeFields({ platform, serverId, channelId }: HandledEvent['place']): object {
  return { platform, serverId, channelId };
}

/** What went wrong, for the person. @param id under which the log has it; null for a refusal */
export function renderFailure(sentence: string, id: string | null, button: ActionButton | undefined): Reply {
  return {
    isPrivate: true,
    blocks: [
      { type: 'text', text: sentence },
      ...(id === null ? [] : [{ type: 'note' as const, text: `Reference: ${id}` }]),
    ],
    actions: button ? [[button]] : [],
  };
}
