import { setTimeout as wait } from 'node:timers/promises';
import { ApiResponseError, type SendTweetV2Params } from 'twitter-api-v2';
import { z } from 'zod';
import type { XAccount } from '../../config/config.ts';
import { createXClient, type XClient } from '../../reach/x-client.ts';
import { explainXError } from './explain-x-error.ts';
import { toOwnPost, xPost } from './match-post.ts';
import { XFault } from './x-fault.ts';
import { readDepletion } from './x-limits.ts';
import type { OwnPost, XPoster } from './x-poster.ts';

export interface XPosterOptions {
  readonly now?: () => number;
  /** For one request with its answer. */
  readonly requestMs?: number;
}

/** X's limit of one segment is 5 MB; 1 MiB goes through slow lines in time, too. */
const SEGMENT_BYTES = 1024 * 1024;
/** Pictures are seldom processed for long. */
const MOST_STATUS_LOOKS = 10;
const MOST_STATUS_WAIT_S = 10;
const PAGE = 100;
/** More of our posts than any thread has, in the time that is looked at. */
const MOST_PAGES = 5;
/** Posts take longer than look-ups, pictures longer than posts. */
const REQUEST_MS = 30_000;

const created = z.object({ data: z.object({ id: z.string().regex(/^\d{1,19}$/) }) });
const finalized = z.object({
  data: z.object({
    processing_info: z
      .object({ state: z.string(), check_after_secs: z.number().nonnegative().optional() })
      .optional(),
  }),
});
const timeline = z.object({
  data: z.array(xPost).default([]),
  errors: z.array(z.unknown()).max(0, 'is not whole').default([]),
  meta: z.object({ next_token: z.string().optional() }).optional(),
});

/** Posts as an account with OAuth 1.0a (RFC 5849): X takes no post for a bearer token. */
export function createXPoster(account: XAccount, options: XPosterOptions = {}): XPoster {
  const { now = Date.now, requestMs = REQUEST_MS } = options;
  const { apiKey, apiSecret, accessToken, accessSecret, baseUrl } = account;
  const keys = { appKey: apiKey, appSecret: apiSecret, accessToken, accessSecret };
  let ownId: string | null = null;

  /** One request whose answer has a form. */
  async function ask<T>(
    signal: AbortSignal,
    form: z.ZodType<T>,
    request: (v2: XClient['v2']) => Promise<unknown>,
    isPost = false,
  ): Promise<{ readonly answer: T; readonly headers: ReturnType<XClient['lastHeaders']> }> {
    // Before anything goes out: nothing is unknown then.
    signal.throwIfAborted();
    const client = createXClient(keys, { baseUrl, signal, requestMs });
    let answer: unknown;
    try {
      answer = await request(client.v2);
    } catch (error) {
      if (signal.aborted && !isPost) throw signal.reason;
      throw explainXError(error, {
        ...{ isPost, now: now(), requestMs },
        ...{ ended: client.whyEnded(), broken: client.whyBroken() },
      });
    }
    const { data, error } = form.safeParse(answer);
    if (data !== undefined) return { answer: data, headers: client.lastHeaders() };
    throw new XFault(isPost ? 'x-unknown' : 'x-unavailable', 'X gave an answer that cannot be read.', {
      cause: error,
    });
  }

  async function findOwnId(signal: AbortSignal): Promise<string> {
    ownId ??= (await ask(signal, created, v2 => v2.get('users/me'))).answer.data.id;
    return ownId;
  }

  async function awaitProcessing(id: string, signal: AbortSignal, state: z.output<typeof finalized>) {
    let info = state.data.processing_info;
    for (let look = 0; info && info.state !== 'succeeded'; look++) {
      if (info.state === 'failed') throw new XFault('x-refused', 'X could not process a picture.');
      if (look === MOST_STATUS_LOOKS) {
        throw new XFault('x-unavailable', 'X took too long to process a picture.');
      }
      const seconds = Math.min(info.check_after_secs ?? 1, MOST_STATUS_WAIT_S);
      await wait(seconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
      const query = { command: 'STATUS', media_id: id };
      info = (await ask(signal, finalized, v2 => v2.get('media/upload', query))).answer.data.processing_info;
    }
  }

  return {
    async upload(png, altText, signal) {
      const wanted = { media_type: 'image/png', media_category: 'tweet_image', total_bytes: png.length };
      const begun = await ask(signal, created, v2 => v2.post('media/upload/initialize', wanted));
      const { id } = begun.answer.data;
      for (let start = 0, index = 0; start < png.length; start += SEGMENT_BYTES, index++) {
        const segment = {
          segment_index: index,
          media: Buffer.from(png.subarray(start, start + SEGMENT_BYTES)),
        };
        await ask(signal, z.unknown(), v2 =>
          v2.post(`media/upload/${id}/append`, segment, { forceBodyMode: 'form-data' }),
        );
      }
      // Without a body: the client would send {}, which X does not declare.
      const { answer } = await ask(signal, finalized, v2 =>
        v2.post(`media/upload/${id}/finalize`, Buffer.alloc(0), { forceBodyMode: 'raw' }),
      );
      await awaitProcessing(id, signal, answer);
      await ask(signal, z.unknown(), v2 => v2.createMediaMetadata(id, { alt_text: { text: altText } }));
      return id;
    },
    async send({ text, mediaIds, replyTo }, signal) {
      const payload = mediaIds.length > 0 ? { media: { media_ids: [...mediaIds] } } : {};
      const { answer, headers } = await ask(
        signal,
        created,
        v2 =>
          replyTo === null
            ? v2.tweet(text, payload as SendTweetV2Params)
            : v2.reply(text, replyTo, payload as SendTweetV2Params),
        true,
      );
      return { id: answer.data.id, nextAt: readDepletion(headers) };
    },
    async ownPosts(since, signal) {
      const path = `users/${await findOwnId(signal)}/tweets`;
      const posts: OwnPost[] = [];
      let token: string | undefined;
      for (let page = 0; page < MOST_PAGES; page++) {
        const query = {
          max_results: PAGE,
          // To the second.
          start_time: `${new Date(since).toISOString().slice(0, 19)}Z`,
          ...(token === undefined ? {} : { pagination_token: token }),
        };
        const { answer } = await ask(signal, timeline, v2 => askForPosts(v2, path, query));
        posts.push(...answer.data.map(toOwnPost));
        token = answer.meta?.next_token;
        if (token === undefined) return posts;
      }
      throw new XFault('x-unavailable', 'There are more posts of ours than can be looked through.');
    },
  };
}

/** By the names of X's guide, or by those of its API description (2.167): a server refuses what it does not know. */
async function askForPosts(v2: XClient['v2'], path: string, query: object): Promise<unknown> {
  const fields = 'conversation_id,entities';
  try {
    return await v2.get(path, { ...query, 'tweet.fields': `${fields},referenced_tweets` });
  } catch (error) {
    if (!(error instanceof ApiResponseError && error.code === 400)) throw error;
    return await v2.get(path, { ...query, 'post.fields': fields, expansions: 'referenced_posts' });
  }
}
