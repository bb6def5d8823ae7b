import { ZodError } from 'zod';
import { NarratorError } from '../../../errors.ts';
import { cleanModelText } from '../../clean-text.ts';
import { cutAtSentenceEnd } from '../../cut-text.ts';
import { untilAborted } from '../../until-aborted.ts';
import type { Usage } from '../engine.ts';
import { BodyError } from './bounded-fetch.ts';
import type { Answer, EndpointApi, EndpointQuestion } from './endpoint-api.ts';
import {
  brokenOff,
  EndpointError,
  fellSilent,
  malformed,
  outOfTokens,
  toEndpointError,
  unreachable,
} from './endpoint-error.ts';
import { createRetryPolicy } from './retry-policy.ts';

export interface EndpointLimits {
  /** The longest time for one answer in milliseconds, repetitions and waits included. */
  readonly timeoutMs: number;
  /** The most tokens of an answer, where the request does not say. */
  readonly maxTokens: number;
  /** How often a request that failed for a passing reason is repeated. */
  readonly maxRetries: number;
  /** In US dollars a million tokens: for the cost, where the endpoint does not tell it. */
  readonly prices?: { readonly input: number; readonly output: number };
  /** The longest silence within an answer in milliseconds. */
  readonly idleMs?: number;
  /** The first wait before a repetition in milliseconds. */
  readonly backoffMs?: number;
}

/** The most characters of a description. */
const MAX_CHARS = 4000;
/** The longest silence within an answer, unless told otherwise. */
export const IDLE_MS = 30_000;

export interface EndpointClient {
  connect(): Promise<void>;
  /**
   * Asks until there is an answer, within the limits.
   *
   * @param onText told the text so far each time that it grew, cleaned
   * @throws EndpointError; the signal's reason when aborted
   */
  ask(
    question: Omit<EndpointQuestion, 'maxTokens'> & { readonly maxTokens?: number },
    signal: AbortSignal | undefined,
    onText?: (textSoFar: string) => void,
  ): Promise<{ readonly text: string; readonly usage: Usage }>;
  /** Ends what is being asked. */
  close(): void;
}

/** What all endpoints have in common: time limits, repetitions with a breaker, and answers that are cleaned. */
export function createEndpointClient(api: EndpointApi, limits: EndpointLimits): EndpointClient {
  const { names } = api;
  const { host } = names;
  const { idleMs = IDLE_MS, backoffMs = 500, maxRetries } = limits;
  const attemptUntilDone = createRetryPolicy({ host, maxRetries, backoffMs });
  const closing = new AbortController();

  async function askOnce(
    question: EndpointQuestion,
    stop: AbortSignal,
    onText?: (text: string) => void,
  ): Promise<Answer> {
    await api.connect();
    try {
      const answer = await api.ask(question, stop, onText);
      // A client ends a stream in silence where it was aborted.
      stop.throwIfAborted();
      return checkAnswer(answer, host);
    } catch (error) {
      throw stop.aborted || error instanceof EndpointError ? error : explain(error);
    }
  }

  /** Makes an error for the person of what the client threw; a fault of this program stays what it is. */
  function explain(error: unknown): unknown {
    const body = findBodyError(error);
    if (body?.reason === 'silent') return fellSilent(host, idleMs, body);
    if (body?.reason === 'broken') return brokenOff(host, body);
    if (body) return malformed(names, body);
    const fault = api.readFault(error);
    if (fault && 'unreachable' in fault) return unreachable(host, fault.unreachable);
    if (fault) return toEndpointError(fault.refusal, names, api.hide);
    if (!(error instanceof SyntaxError || error instanceof ZodError)) return error;
    return malformed(names, new Error(api.hide(error.message)));
  }

  return {
    connect: () => api.connect(),
    async ask({ prompt, image, maxTokens = limits.maxTokens }, signal, onText) {
      const deadline = AbortSignal.timeout(limits.timeoutMs);
      const stop = AbortSignal.any([deadline, closing.signal, ...(signal ? [signal] : [])]);
      let shown = '';
      const onGrown = (text: string) => {
        const clean = cleanModelText(text, { maxChars: MAX_CHARS });
        // A repetition begins anew, and a link may go while it grows: who reads along sees it grow alone.
        if (clean.length <= shown.length) return;
        shown = clean;
        onText?.(clean);
      };
      const attempt = async () => {
        const start = performance.now();
        const answer = await askOnce({ prompt, image, maxTokens }, stop, onText && onGrown);
        return { answer, seconds: (performance.now() - start) / 1000 };
      };
      try {
        // A wait between two attempts does not heed the signal.
        const { answer, seconds } = await untilAborted(attemptUntilDone(attempt, stop), stop);
        const text = wholeSentences(answer);
        if (text === '' && answer.finishReason === 'length') throw outOfTokens(host, maxTokens);
        if (text === '')
          throw malformed(names, new Error('nothing is left of the answer once it is cleaned'));
        return { text, usage: usageOf(answer, seconds, limits.prices) };
      } catch (error) {
        signal?.throwIfAborted();
        closing.signal.throwIfAborted();
        if (!deadline.aborted || error instanceof EndpointError) throw error;
        throw new EndpointError(
          'endpoint-timeout',
          `${host} took longer than ${limits.timeoutMs / 1000} seconds.`,
          'Try again later, or allow it more time.',
          { isPassing: true },
        );
      }
    },
    close() {
      closing.abort(new NarratorError('interrupted', 'The engine was closed.'));
    },
  };
}

/** @throws NarratorError with the code "usage" */
export function parseBaseUrl(text: string, example: string): URL {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search) return url;
  throw new NarratorError(
    'usage',
    `The base URL has to be an http(s) URL without a user, password or query, such as ${example}.`,
  );
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

function usageOf(answer: Answer, seconds: number, prices: EndpointLimits['prices']): Usage {
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
