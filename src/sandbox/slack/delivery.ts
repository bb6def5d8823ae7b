import { randomUUID } from 'node:crypto';
import { BoundedList } from '../bounded-list.ts';
import type { InstalledApp } from './app.ts';
import type { World } from './world.ts';

/** How soon a delivery is repeated: at once, after one minute, after five. docs.slack.dev/apis/events-api#retries */
export const EVENT_RETRY_DELAYS_MS: readonly number[] = [0, 60_000, 300_000];
export const ACKNOWLEDGE_WITHIN_MS = 3000;
const MAX_WAITING_RETRIES = 2000;
const MAX_UNDELIVERED = 500;

export type DeliveryKind = 'events_api' | 'slash_commands' | 'interactive';

export interface Delivery {
  readonly kind: DeliveryKind;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Whether the acknowledgement may carry an answer. */
  readonly acceptsResponse: boolean;
  readonly retry: { readonly attempt: number; readonly reason: string } | null;
}

export type Acknowledgement =
  | { readonly kind: 'acknowledged'; readonly payload: unknown }
  /** `timeout`: it came too late or never. `not-connected`: nobody was there to take it, or they left. */
  | {
      readonly kind: 'failed';
      readonly why: 'timeout' | 'not-connected' | 'http_error';
      readonly detail: string;
    };

/** One way to the app: Socket Mode, or requests to its request URL. */
export interface Transport {
  readonly isConnected: boolean;
  send(delivery: Delivery): Promise<Acknowledgement>;
}

/** What did not reach the app, and why. */
export interface Undelivered {
  readonly what: string;
  readonly why: string;
}

/** Brings events, commands and interactions to the app, with Slack's retries. */
export class Deliveries {
  readonly #world: World;
  readonly #app: InstalledApp;
  readonly #retryDelaysMs: readonly number[];
  readonly #onEvent: ((event: { kind: DeliveryKind; payload: unknown }) => void) | undefined;
  readonly #undelivered = new BoundedList<Undelivered>(MAX_UNDELIVERED);
  readonly #timers = new Set<NodeJS.Timeout>();
  #transport: Transport;
  #isClosed = false;

  constructor(
    world: World,
    app: InstalledApp,
    transport: Transport,
    options: {
      readonly retryDelaysMs: readonly number[];
      readonly onEvent?: (event: { kind: DeliveryKind; payload: unknown }) => void;
    },
  ) {
    this.#world = world;
    this.#app = app;
    this.#transport = transport;
    this.#retryDelaysMs = options.retryDelaysMs;
    this.#onEvent = options.onEvent;
  }

  get isConnected(): boolean {
    return this.#transport.isConnected;
  }

  useTransport(transport: Transport): void {
    this.#transport = transport;
  }

  noteUndelivered(what: string, why: string): void {
    this.#undelivered.push({ what, why });
  }

  undelivered(): readonly Undelivered[] {
    return [...this.#undelivered.all()];
  }

  /** Sends an event and goes on: what is not acknowledged is repeated three times, then dropped. */
  sendEvent(event: Readonly<Record<string, unknown>>): void {
    const eventId = this.#world.ids.next('Ev');
    const payload = {
      token: this.#app.verificationToken,
      team_id: this.#world.teamId,
      api_app_id: this.#app.id,
      event,
      type: 'event_callback',
      event_id: eventId,
      event_time: Math.floor(Number(event.event_ts)),
      authorizations: [
        {
          enterprise_id: null,
          team_id: this.#world.teamId,
          user_id: this.#app.botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
      event_context: randomUUID(),
    };
    this.#onEvent?.({ kind: 'events_api', payload });
    void this.#attempt(payload, 0, '');
  }

  /** Sends a command or an interaction, which is tried once. */
  async sendInteraction(
    kind: 'slash_commands' | 'interactive',
    payload: Readonly<Record<string, unknown>>,
    acceptsResponse: boolean,
  ): Promise<Acknowledgement> {
    this.#onEvent?.({ kind, payload });
    return this.#transport.send({ kind, payload, acceptsResponse, retry: null });
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #attempt(payload: Readonly<Record<string, unknown>>, attempt: number, reason: string): Promise<void> {
    const type = String((payload.event as { type: string }).type);
    const result = await this.#transport.send({
      kind: 'events_api',
      payload,
      acceptsResponse: false,
      retry: { attempt, reason },
    });
    if (result.kind === 'acknowledged' || this.#isClosed) return;
    if (result.why === 'timeout') {
      this.#world.problems.add(
        `event ${type}`,
        `not acknowledged in time (attempt ${attempt + 1}): ${result.detail}`,
      );
    }
    const delay = this.#retryDelaysMs[attempt];
    if (delay === undefined || this.#timers.size >= MAX_WAITING_RETRIES) {
      this.#world.problems.add(`event ${type}`, `dropped after ${attempt + 1} attempts: ${result.detail}`);
      this.noteUndelivered(type, result.detail);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#attempt(
        payload,
        attempt + 1,
        result.why === 'not-connected' ? 'connection_failed' : result.why,
      );
    }, delay);
    this.#timers.add(timer);
  }
}
