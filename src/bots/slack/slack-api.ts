import type { webApi } from '@slack/bolt';
import { DelegateBackoff, handleWhen, retry } from 'cockatiel';
import type { z } from 'zod';
import { BotError } from '../commands/bot-error.ts';
import type { Logger } from '../commands/logger.ts';
import type { SlackMethod } from './needs.ts';
import { explainSlackError, isRevoked, ResponseUrlError, retryAfterMs, slackCode } from './slack-error.ts';

/** The longest that Slack's own wish to be left alone is followed; after that the call has failed. */
const MOST_RETRY_AFTER_MS = 60_000;
const RESPONSE_URL_TIMEOUT_MS = 10_000;
/** Slack's answers to a response URL are a word or a small object. */
const MAX_ANSWER_CHARS = 4096;

/**
 * How much an answer is worth: `once` for what the next one replaces, `short` for what somebody waits for, `long` for a
 * finished answer, which an outage of half a minute must not lose. (A message whose acknowledgement got lost on the way
 * is posted twice then: Slack knows no key that would tell.)
 */
export type Patience = 'once' | 'short' | 'long';
const ATTEMPTS: Readonly<Record<Exclude<Patience, 'once'>, number>> = { short: 3, long: 9 };
const FIRST_WAIT_MS = 300;
const MOST_WAIT_MS = 30_000;

export interface SlackApi {
  /**
   * Calls a method and reads the fields of its answer that `schema` names.
   *
   * @throws BotError, with Slack's own error as its cause; the reason of `stop` when aborted
   */
  call<T>(
    method: SlackMethod,
    args: Record<string, unknown>,
    schema: z.ZodType<T>,
    patience?: Patience,
  ): Promise<T>;
  /**
   * Sends a message to a response URL.
   *
   * @throws as `call` does
   */
  respond(url: string, body: Record<string, unknown>, patience?: Patience): Promise<void>;
}

export interface SlackApiOptions {
  readonly client: webApi.WebClient;
  readonly log: Logger;
  /** Ends all waiting. */
  readonly stop: AbortSignal;
  /** Told when Slack says that the token counts no longer. */
  readonly onRevoked: (error: unknown) => void;
}

export function createSlackApi({ client, log, stop, onRevoked }: SlackApiOptions): SlackApi {
  const policies = { short: retryPolicy(ATTEMPTS.short), long: retryPolicy(ATTEMPTS.long) };

  async function patiently<T>(what: string, patience: Patience, attempt: () => Promise<T>): Promise<T> {
    try {
      stop.throwIfAborted();
      return patience === 'once' ? await attempt() : await policies[patience].execute(attempt, stop);
    } catch (error) {
      stop.throwIfAborted();
      if (isRevoked(error)) onRevoked(error);
      log.warn({ what, slackCode: slackCode(error) ?? undefined }, 'a call to Slack failed');
      throw explainSlackError(error);
    }
  }

  return {
    call(method, args, schema, patience = 'short') {
      return patiently(method, patience, async () => {
        const answer = schema.safeParse(await client.apiCall(method, args));
        if (answer.success) return answer.data;
        throw new BotError(
          'platform',
          'Slack answered in a way that the bot does not know: try again later.',
          {
            cause: answer.error,
          },
        );
      });
    },
    respond(url, body, patience = 'short') {
      return patiently('response_url', patience, () => sendTo(url, body, stop));
    },
  };
}

async function sendTo(url: string, body: Record<string, unknown>, stop: AbortSignal): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.any([stop, AbortSignal.timeout(RESPONSE_URL_TIMEOUT_MS)]),
  }).catch(cause => {
    // Its message may hold the URL, which is a secret.
    throw new ResponseUrlError(503, cause?.name === 'TimeoutError' ? 'request_timeout' : null);
  });
  const answer = (await response.text()).slice(0, MAX_ANSWER_CHARS);
  const code =
    /"error"\s*:\s*"(\w{1,60})"/u.exec(answer)?.[1] ?? (/^\w{3,60}$/u.test(answer) ? answer : null);
  if (!response.ok || (code !== null && code !== 'ok')) throw new ResponseUrlError(response.status, code);
}

function retryPolicy(maxAttempts: number) {
  const passes = (error: unknown) => {
    const wait = retryAfterMs(error);
    return wait !== null && wait <= MOST_RETRY_AFTER_MS;
  };
  return retry(handleWhen(passes), {
    maxAttempts: maxAttempts - 1,
    backoff: new DelegateBackoff(({ attempt, result }) => {
      const asked = 'error' in result ? (retryAfterMs(result.error) ?? 0) : 0;
      // Half of the wait is drawn by lot, so that calls that failed together do not come back together.
      const wait = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
      return Math.max(wait, asked);
    }),
    // Whoever stops the service does not wait for an outage to end.
  }).dangerouslyUnref();
}
