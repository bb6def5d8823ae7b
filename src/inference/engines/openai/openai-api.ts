import type OpenAI from 'openai';
import { boundFetch } from '../endpoint/bounded-fetch.ts';
import type { EndpointApi } from '../endpoint/endpoint-api.ts';
import { IDLE_MS, parseBaseUrl } from '../endpoint/endpoint-client.ts';
import { askOpenAi, REPLACEABLE, type Replaceable } from './ask-openai.ts';

export interface OpenAiOptions {
  /** Where the API lies, most often ending in `/v1`. */
  readonly baseUrl: string;
  /** Absent where the endpoint wants none. */
  readonly apiKey?: string;
  readonly model: string;
  /** How closely the model looks; what the endpoint chooses where absent. */
  readonly detail?: 'low' | 'high' | 'auto';
  readonly temperature?: number;
  /** The longest time for one answer in milliseconds. */
  readonly timeoutMs: number;
  /** The longest silence within an answer in milliseconds. */
  readonly idleMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

interface Connection {
  readonly client: OpenAI;
  readonly APIError: typeof OpenAI.APIError;
  readonly APIConnectionError: typeof OpenAI.APIConnectionError;
}

/** Far more than a streamed description takes: each token comes in some 300 bytes of JSON. */
const MAX_BODY_BYTES = 4_000_000;

/**
 * OpenAI's chat completions API with image input: vLLM, TGI, llama.cpp, Ollama, or a commercial one.
 *
 * @throws NarratorError with the code "usage" where the base URL cannot be one
 */
export function createOpenAiApi(options: OpenAiOptions): EndpointApi {
  const { model, apiKey, detail, temperature = 0, timeoutMs, idleMs = IDLE_MS } = options;
  const baseUrl = parseBaseUrl(options.baseUrl, 'http://127.0.0.1:8000/v1');
  /** Learnt from the endpoint's refusals. */
  const refused = new Set<Replaceable>();
  let connecting: Promise<Connection> | undefined;

  async function connect(): Promise<Connection> {
    // The client takes a while to load: only who asks an endpoint waits for it.
    const sdk = await import('openai');
    const client = new sdk.OpenAI({
      baseURL: baseUrl.href,
      apiKey: apiKey ?? 'none',
      ...(apiKey ? {} : { defaultHeaders: { Authorization: null } }),
      // What is not given here the client would take from the environment.
      organization: null,
      project: null,
      adminAPIKey: null,
      webhookSecret: null,
      logLevel: 'off',
      // Later than the deadline of the description, which says what happened.
      timeout: timeoutMs + 10_000,
      // Repetitions are the engine's: one policy, with a breaker, everywhere.
      maxRetries: 0,
      fetch: boundFetch(options.fetch ?? globalThis.fetch, { maxBytes: MAX_BODY_BYTES, idleMs }),
    });
    return { client, APIError: sdk.APIError, APIConnectionError: sdk.APIConnectionError };
  }

  let connection: Connection | undefined;
  return {
    names: {
      host: baseUrl.host,
      keyVariable: 'OPENAI_API_KEY',
      api: 'an OpenAI-compatible API',
      urlHint: ', which most often ends in /v1',
    },
    hide: text => (apiKey ? text.replaceAll(apiKey, '[key]') : text),
    async connect() {
      connecting ??= connect();
      connection = await connecting;
    },
    async ask(question, signal, onText) {
      const { client, APIError } = connection!;
      for (;;) {
        try {
          const asked = { ...question, model, detail, temperature };
          return await askOpenAi(client, asked, refused, signal, onText);
        } catch (error) {
          const parameter =
            error instanceof APIError && error.status === 400
              ? REPLACEABLE.find(name => name === error.param)
              : undefined;
          if (signal.aborted || parameter === undefined || refused.has(parameter)) throw error;
          refused.add(parameter);
        }
      }
    },
    readFault(error) {
      const { APIError, APIConnectionError } = connection!;
      if (error instanceof APIConnectionError) return { unreachable: error.cause };
      if (!(error instanceof APIError)) return undefined;
      const { status, code, message, headers } = error;
      return { refusal: { status, message, headers, isUnpaid: code === 'insufficient_quota' } };
    },
  };
}
