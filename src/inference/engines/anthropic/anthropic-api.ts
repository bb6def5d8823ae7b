import type Anthropic from '@anthropic-ai/sdk';
import { boundFetch } from '../endpoint/bounded-fetch.ts';
import type { EndpointApi } from '../endpoint/endpoint-api.ts';
import { IDLE_MS, parseBaseUrl } from '../endpoint/endpoint-client.ts';
import { askAnthropic } from './ask-anthropic.ts';

export interface AnthropicOptions {
  readonly apiKey: string;
  readonly model: string;
  /** Where the API lies, without `/v1`; Anthropic's own where absent. */
  readonly baseUrl?: string;
  /** The longest time for one answer in milliseconds. */
  readonly timeoutMs: number;
  /** The longest silence within an answer in milliseconds. */
  readonly idleMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

interface Connection {
  readonly client: Anthropic;
  readonly APIError: typeof Anthropic.APIError;
  readonly APIConnectionError: typeof Anthropic.APIConnectionError;
}

/** Where Anthropic's own API lies. */
export const ANTHROPIC = 'https://api.anthropic.com';
/** Far more than a streamed description takes: each token comes in some 150 bytes of JSON. */
const MAX_BODY_BYTES = 4_000_000;
/** Limits on spending, which no wait of minutes lifts. */
const SPENT = ['contract_spend_limit_reached', 'enforced_spend_limit_reached'];

/**
 * Anthropic's Messages API, by its own client.
 *
 * @throws NarratorError with the code "usage" where the base URL cannot be one
 */
export function createAnthropicApi(options: AnthropicOptions): EndpointApi {
  const { model, apiKey, timeoutMs, idleMs = IDLE_MS } = options;
  const baseUrl = parseBaseUrl(options.baseUrl ?? ANTHROPIC, ANTHROPIC);
  /** `untold` until a model has taken or refused it. */
  let thinkingOff: 'untold' | 'taken' | 'refused' = 'untold';
  let connecting: Promise<Connection> | undefined;
  let connection: Connection | undefined;

  async function connect(): Promise<Connection> {
    // The client takes a while to load: only who asks for it waits.
    const sdk = await import('@anthropic-ai/sdk');
    const client = new sdk.Anthropic({
      baseURL: baseUrl.href,
      apiKey,
      // What is not given here the client would take from the environment.
      webhookKey: null,
      openTelemetry: false,
      logLevel: 'off',
      // Later than the deadline of the description, which says what happened.
      timeout: timeoutMs + 10_000,
      // Repetitions are the engine's: one policy, with a breaker, everywhere.
      maxRetries: 0,
      fetch: boundFetch(options.fetch ?? globalThis.fetch, { maxBytes: MAX_BODY_BYTES, idleMs }),
    });
    return { client, APIError: sdk.APIError, APIConnectionError: sdk.APIConnectionError };
  }

  return {
    names: {
      host: baseUrl.host,
      keyVariable: 'ANTHROPIC_API_KEY',
      api: 'Anthropic’s API',
      urlHint: ', which has no /v1 at its end',
    },
    hide: text => text.replaceAll(apiKey, '[key]'),
    async connect() {
      connecting ??= connect();
      connection = await connecting;
    },
    async ask(question, signal, onText) {
      const { client, APIError } = connection!;
      const asked = { ...question, model, forbidsThinking: thinkingOff !== 'refused' };
      try {
        const answer = await askAnthropic(client, asked, signal, onText);
        if (thinkingOff === 'untold') thinkingOff = 'taken';
        return answer;
      } catch (error) {
        // The answer does not say in a field which parameter it is about: the first request tries both ways.
        const isRefused = error instanceof APIError && error.status === 400 && thinkingOff === 'untold';
        if (signal.aborted || !isRefused) throw error;
        const answer = await askAnthropic(client, { ...asked, forbidsThinking: false }, signal, onText);
        thinkingOff = 'refused';
        return answer;
      }
    },
    readFault(error) {
      const { APIError, APIConnectionError } = connection!;
      if (error instanceof APIConnectionError) return { unreachable: error.cause };
      if (!(error instanceof APIError)) return undefined;
      const { status, type, errorCode, apiMessage, message, headers } = error;
      const isUnpaid = type === 'billing_error' || SPENT.includes(errorCode ?? '');
      return { refusal: { status, message: apiMessage ?? message, headers, isUnpaid } };
    },
  };
}
