import type OpenAI from 'openai';
import { ZodError } from 'zod';
import { NarratorError } from '../../../errors.ts';
import { cleanModelText } from '../../clean-text.ts';
import { cutAtSentenceEnd } from '../../cut-text.ts';
import { findQuotes } from '../../find-quotes.ts';
import type { DecodedImage } from '../../image/decoded-image.ts';
import { PROMPT_VERSION, promptFor } from '../../prompts.ts';
import { untilAborted } from '../../until-aborted.ts';
import type { DescribeRequest, Engine, EngineOutput, Usage } from '../engine.ts';
import { type Answer, askEndpoint, type Question, REPLACEABLE, type Replaceable } from './ask-endpoint.ts';
import { BodyError, boundFetch } from './bounded-fetch.ts';
import { encodeUpload } from './encode-upload.ts';
import {
  brokenOff,
  EndpointError,
  fellSilent,
  malformed,
  toEndpointError,
  unreachable,
} from './endpoint-error.ts';
import { createRetryPolicy } from './retry-policy.ts';

export interface OpenAiEngineOptions {
  /** Where the API lies, most often ending in `/v1`. */
  readonly baseUrl: string;
  /** Absent where the endpoint wants none. */
  readonly apiKey?: string;
  readonly model: string;
  /** How closely the model looks; what the endpoint chooses where absent. */
  readonly detail?: 'low' | 'high' | 'auto';
  /** The longest time for one description in milliseconds, repetitions and waits included. */
  readonly timeoutMs: number;
  /** The most tokens of an answer, where the request does not say. */
  readonly maxTokens: number;
  /** How often a request that failed for a passing reason is repeated. */
  readonly maxRetries: number;
  readonly temperature?: number;
  /** In US dollars a million tokens: for the cost, where the endpoint does not tell it. */
  readonly prices?: { readonly input: number; readonly output: number };
  /** The longest side of the uploaded picture in pixels. */
  readonly maxImageSide?: number;
  /** The longest silence within an answer in milliseconds. */
  readonly idleMs?: number;
  /** The first wait before a repetition in milliseconds. */
  readonly backoffMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** The most characters of a description. */
const MAX_CHARS = 4000;
/** Far more than a streamed description takes: each token comes in some 300 bytes of JSON. */
const MAX_BODY_BYTES = 4_000_000;

/**
 * The engine that asks an endpoint with OpenAI's chat completions API and image input: vLLM, TGI, llama.cpp, Ollama, or
 * a commercial one.
 *
 * @throws NarratorError with the code "usage" where the base URL cannot be one
 */
export function createOpenAiEngine(
  options: OpenAiEngineOptions,
): Engine & { readonly promptVersion: string } {
  const { model, apiKey, temperature = 0, maxImageSide = 1024, idleMs = 30_000, backoffMs = 500 } = options;
  const baseUrl = parseBaseUrl(options.baseUrl);
  const { host } = baseUrl;
  const hide = (text: string) => (apiKey ? text.replaceAll(apiKey, '[key]') : text);
  const attemptUntilDone = createRetryPolicy({ host, maxRetries: options.maxRetries, backoffMs });
  /** Learnt from the endpoint's refusals. */
  const refused = new Set<Replaceable>();
  const closing = new AbortController();
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
      timeout: options.timeoutMs + 10_000,
      // Repetitions are this engine's: one policy, with a breaker, everywhere.
      maxRetries: 0,
      fetch: boundFetch(options.fetch ?? globalThis.fetch, { maxBytes: MAX_BODY_BYTES, idleMs }),
    });
    return { client, APIError: sdk.APIError, APIConnectionError: sdk.APIConnectionError };
  }

  async function ask(
    question: Question,
    stop: AbortSignal,
    onText?: (text: string) => void,
  ): Promise<Answer> {
    connecting ??= connect();
    const connection = await connecting;
    for (;;) {
      try {
        const answer = await askEndpoint(connection.client, question, refused, stop, onText);
        // The client ends a stream in silence where it was aborted.
        stop.throwIfAborted();
        return checkAnswer(answer, host);
      } catch (error) {
        if (stop.aborted || error instanceof EndpointError) throw error;
        const parameter = refusedParameter(error, connection);
        if (parameter === undefined || refused.has(parameter)) throw explain(error, connection);
        refused.add(parameter);
      }
    }
  }

  /** Makes an error for the person of what the client threw; a fault of this program stays what it is. */
  function explain(error: unknown, { APIError, APIConnectionError }: Connection): unknown {
    const body = findBodyError(error);
    if (body?.reason === 'silent') return fellSilent(host, idleMs, body);
    if (body?.reason === 'broken') return brokenOff(host, body);
    if (!body && error instanceof APIConnectionError) return unreachable(host, error.cause);
    if (!body && error instanceof APIError) return toEndpointError(error, host, hide);
    if (body) return malformed(host, body);
    if (!(error instanceof SyntaxError || error instanceof ZodError)) return error;
    return malformed(host, new Error(hide(error.message)));
  }

  return {
    name: 'openai',
    model,
    promptVersion: PROMPT_VERSION,
    async load(signal) {
      signal?.throwIfAborted();
      connecting ??= connect();
      await connecting;
    },
    async describe(image: DecodedImage, request: DescribeRequest, signal): Promise<EngineOutput> {
      const deadline = AbortSignal.timeout(options.timeoutMs);
      const stop = AbortSignal.any([deadline, closing.signal, ...(signal ? [signal] : [])]);
      const question: Question = {
        model,
        prompt: promptFor(request.style),
        image: await encodeUpload(image, maxImageSide),
        detail: options.detail,
        maxTokens: request.maxTokens ?? options.maxTokens,
        temperature,
      };
      let shown = '';
      const onText = (text: string) => {
        const clean = cleanModelText(text, { maxChars: MAX_CHARS });
        // A repetition begins anew, and a link may go while it grows: who reads along sees it grow alone.
        if (clean.length <= shown.length) return;
        shown = clean;
        request.onText?.(clean);
      };
      const attempt = async () => {
        const start = performance.now();
        const answer = await ask(question, stop, request.onText && onText);
        return { answer, seconds: (performance.now() - start) / 1000 };
      };
      try {
        // A wait between two attempts does not heed the signal.
        const { answer, seconds } = await untilAborted(attemptUntilDone(attempt, stop), stop);
        const text = wholeSentences(answer);
        if (text === '') throw malformed(host, new Error('nothing is left of the answer once it is cleaned'));
        return {
          text,
          quotes: findQuotes(text),
          promptVersion: PROMPT_VERSION,
          usage: usageOf(answer, seconds, options.prices),
        };
      } catch (error) {
        signal?.throwIfAborted();
        closing.signal.throwIfAborted();
        if (!deadline.aborted || error instanceof EndpointError) throw error;
        throw new EndpointError(
          'endpoint-timeout',
          `${host} took longer than ${options.timeoutMs / 1000} seconds.`,
          'Try again later, or allow it more time.',
          { isPassing: true },
        );
      }
    },
    async close() {
      closing.abort(new NarratorError('interrupted', 'The engine was closed.'));
    },
  };
}

interface Connection {
  readonly client: OpenAI;
  readonly APIError: typeof OpenAI.APIError;
  readonly APIConnectionError: typeof OpenAI.APIConnectionError;
}

function parseBaseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search) return url;
  throw new NarratorError(
    'usage',
    'The base URL has to be an http(s) URL without a user, password or query, such as http://127.0.0.1:8000/v1.',
  );
}

/** The parameter that an endpoint says it does not take, if there is another way to ask. */
function refusedParameter(error: unknown, { APIError }: Connection): Replaceable | undefined {
  if (!(error instanceof APIError) || error.status !== 400) return undefined;
  return REPLACEABLE.find(name => name === error.param);
}

/** @throws EndpointError where the answer is none */
function checkAnswer(answer: Answer, host: string): Answer {
  if (answer.refusal) {
    throw new EndpointError(
      'endpoint-refused',
      `The model at ${host} declined to describe this image.`,
      'Try another image or another model.',
    );
  }
  if (answer.finishReason === undefined) throw brokenOff(host);
  return answer;
}

/** The answer made fit to be shown, without the sentence that the limit of tokens broke off. */
function wholeSentences({ text, finishReason }: Answer): string {
  const clean = cleanModelText(text, { maxChars: MAX_CHARS });
  const isBroken = finishReason === 'length' && /[\p{L}\p{N},;:–-]$/u.test(clean);
  return isBroken ? cutAtSentenceEnd(clean, clean.length - 1) : clean;
}

/** The client wraps what went wrong while a body was read. */
function findBodyError(error: unknown): BodyError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof BodyError) return at;
  return undefined;
}

function usageOf(answer: Answer, seconds: number, prices: OpenAiEngineOptions['prices']): Usage {
  const { inputTokens, outputTokens } = answer;
  const known = inputTokens !== undefined && outputTokens !== undefined;
  const costUsd =
    answer.costUsd ??
    (prices && known ? (inputTokens * prices.input + outputTokens * prices.output) / 1e6 : undefined);
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens, tokensPerSecond: outputTokens / seconds }),
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}
