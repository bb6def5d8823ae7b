import { createHmac, randomUUID } from 'node:crypto';
import { SandboxError } from '../sandbox-error.ts';
import type { InstalledApp } from './app.ts';
import type { Acknowledgement, Delivery, Transport } from './delivery.ts';
import type { World } from './world.ts';

const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Slack's HTTP mode: deliveries are signed requests to the app's request URL.
 * Source: docs.slack.dev/authentication/verifying-requests-from-slack, docs.slack.dev/apis/events-api/using-http-request-urls
 */
export class RequestUrl implements Transport {
  readonly isConnected = true;
  readonly #world: World;
  readonly #app: InstalledApp;
  readonly #url: string;
  readonly #withinMs: number;

  constructor(world: World, app: InstalledApp, url: string, withinMs: number) {
    this.#world = world;
    this.#app = app;
    this.#url = url;
    this.#withinMs = withinMs;
  }

  /** @throws SandboxError where the address does not answer the challenge */
  async verify(): Promise<void> {
    const challenge = randomUUID();
    const body = JSON.stringify({ token: this.#app.verificationToken, challenge, type: 'url_verification' });
    const { status, text } = await this.#post(body, 'application/json', {});
    const answer = status === 200 ? parse(text) : undefined;
    const given =
      typeof answer === 'object' && answer !== null && 'challenge' in answer ? answer.challenge : text;
    if (given !== challenge) {
      throw new SandboxError(
        'bad-value',
        `${this.#url} did not answer the challenge: it answered ${status}.`,
      );
    }
  }

  async send(delivery: Delivery): Promise<Acknowledgement> {
    const isEvent = delivery.kind === 'events_api';
    const body = isEvent ? JSON.stringify(delivery.payload) : toForm(delivery);
    const retry = delivery.retry;
    try {
      const { status, text } = await this.#post(
        body,
        isEvent ? 'application/json' : 'application/x-www-form-urlencoded',
        retry === null || retry.attempt === 0
          ? {}
          : {
              'x-slack-retry-num': String(retry.attempt),
              'x-slack-retry-reason': retry.reason === 'timeout' ? 'http_timeout' : retry.reason,
            },
      );
      if (status < 200 || status > 299) {
        return { kind: 'failed', why: 'http_error', detail: `the app answered ${status}` };
      }
      return { kind: 'acknowledged', payload: readAnswer(text) };
    } catch (error) {
      const isLate = error instanceof DOMException && error.name === 'TimeoutError';
      return isLate
        ? { kind: 'failed', why: 'timeout', detail: `no answer within ${this.#withinMs} ms` }
        : { kind: 'failed', why: 'not-connected', detail: `the address cannot be reached: ${String(error)}` };
    }
  }

  async #post(
    body: string,
    contentType: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const timestamp = String(Math.floor(this.#world.now() / 1000));
    const signature = createHmac('sha256', this.#app.signingSecret)
      .update(`v0:${timestamp}:${body}`)
      .digest('hex');
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        ...headers,
      },
      body,
      signal: AbortSignal.timeout(this.#withinMs),
    });
    const text = await response.text();
    return { status: response.status, text: text.slice(0, MAX_ANSWER_BYTES) };
  }
}

/** Commands are forms; interactions are forms with one field of JSON. */
function toForm({ kind, payload }: Delivery): string {
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const fields = Object.entries(payload).map(([key, value]): [string, string] => [key, String(value)]);
  return new URLSearchParams(fields).toString();
}

/** Plain text answers a command as `{text}` would. */
function readAnswer(text: string): unknown {
  if (text === '') return undefined;
  return parse(text) ?? { text };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
