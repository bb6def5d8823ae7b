import { LRUCache } from 'lru-cache';
import { SlackApiError } from './api-error.ts';
import type { SlackIds } from './ids.ts';

const MAX_KEPT = 5000;
const TRIGGER_MS = 3000;
const RESPONSE_URL_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;

/** What a trigger id was given out for. */
export interface Trigger {
  readonly personId: string;
  /** The modal in which the person acted, for `views.push`. */
  readonly viewId: string | null;
}

/** What a response URL answers. */
export interface ResponseTarget {
  readonly personId: string;
  readonly channelId: string;
  /** The app's message that the person acted on: what `replace_original` and `delete_original` mean. */
  readonly originalTs: string | null;
  readonly threadTs: string | null;
}

/** The short-lived keys that come with interactions: trigger ids and response URLs. */
export class InteractionTokens {
  readonly #triggers = new LRUCache<string, Trigger & { givenAt: number; isUsed: boolean }>({
    max: MAX_KEPT,
  });
  readonly #responses = new LRUCache<string, ResponseTarget & { givenAt: number; uses: number }>({
    max: MAX_KEPT,
  });
  readonly #ids: SlackIds;
  readonly #now: () => number;

  constructor(ids: SlackIds, now: () => number) {
    this.#ids = ids;
    this.#now = now;
  }

  giveTrigger(trigger: Trigger): string {
    const id = `${Math.floor(this.#now())}.${this.#ids.next('').slice(1)}.${crypto.randomUUID().replaceAll('-', '')}`;
    this.#triggers.set(id, { ...trigger, givenAt: this.#now(), isUsed: false });
    return id;
  }

  /** @throws SlackApiError `invalid_trigger_id`, `exchanged_trigger_id`, `expired_trigger_id` */
  useTrigger(id: string): Trigger {
    const trigger = this.#triggers.get(id);
    if (trigger === undefined) throw new SlackApiError('invalid_trigger_id');
    if (trigger.isUsed) throw new SlackApiError('exchanged_trigger_id');
    if (this.#isOver(trigger.givenAt, TRIGGER_MS)) throw new SlackApiError('expired_trigger_id');
    trigger.isUsed = true;
    return trigger;
  }

  giveResponseKey(target: ResponseTarget): string {
    const key = crypto.randomUUID().replaceAll('-', '');
    this.#responses.set(key, { ...target, givenAt: this.#now(), uses: 0 });
    return key;
  }

  /** @throws SlackApiError `used_url` after five uses, `expired_url` after 30 minutes or for an unknown key */
  useResponseKey(key: string): ResponseTarget {
    const response = this.#responses.get(key);
    if (response === undefined || this.#isOver(response.givenAt, RESPONSE_URL_MS)) {
      throw new SlackApiError('expired_url');
    }
    if (response.uses >= RESPONSE_URL_USES) throw new SlackApiError('used_url');
    response.uses += 1;
    return response;
  }

  /** From now on, what was given out before is refused. */
  expireAll(): void {
    for (const token of [...this.#triggers.values(), ...this.#responses.values()]) {
      token.givenAt = Number.NEGATIVE_INFINITY;
    }
  }

  #isOver(givenAt: number, lifeMs: number): boolean {
    return this.#now() - givenAt > lifeMs;
  }
}
