import { createHash } from 'node:crypto';
import {
  type APIMessage,
  type Client,
  DiscordAPIError,
  HTTPError,
  MessagePayload,
  RateLimitError,
  REST,
  Routes,
} from 'discord.js';
import { wasNeverConnected } from '../never-connected.ts';
import type { PostingPort } from '../posting-port.ts';
import { openChannel } from './channel-responder.ts';
import { explainDiscordError, isPassing } from './discord-error.ts';
import { renderReply } from './render-reply.ts';

/** Discord takes nonces of up to 25 characters. */
const NONCE_CHARS = 22;
/** Answers that say that nothing was done. Others of 5xx (502, 504, Cloudflare's) come from in between: nobody knows. */
const NOT_DONE: readonly number[] = [500, 503];

/**
 * Its requests are made by a REST client that repeats none: of what discord.js
 * repeats by itself, only the last answer is seen. The key becomes the nonce, of which Discord takes one a few minutes long.
 */
export function createPostOnce(client: Client, token: string): PostingPort['postOnce'] {
  const rest = new REST({ ...client.options.rest, retries: 0 }).setToken(token);

  return async (channelId, reply, key) => {
    let isSent = false;
    try {
      const content = renderReply(reply);
      const channel = await openChannel(client, channelId, content, null);
      const nonce = createHash('sha256').update(key).digest('base64url').slice(0, NONCE_CHARS);
      const payload = MessagePayload.create(channel, { ...content, nonce, enforceNonce: true }).resolveBody();
      const { body, files } = await payload.resolveFiles();
      isSent = true;
      const answer = await rest.post(Routes.channelMessages(channelId), { body, files: files ?? [] });
      return { kind: 'posted', messageId: (answer as APIMessage).id };
    } catch (error) {
      const fault = explainDiscordError(error);
      if (isSent && !isCertainlyNotPosted(error)) return { kind: 'unknown', error: fault };
      const mayPass = error instanceof RateLimitError || isPassing(error) || wasNeverConnected(error);
      return { kind: 'not-posted', mayPass, error: fault };
    }
  };
}

function isCertainlyNotPosted(error: unknown): boolean {
  if (error instanceof HTTPError) return NOT_DONE.includes(error.status);
  // Discord refused it, or discord.js did not send it.
  return error instanceof DiscordAPIError || error instanceof RateLimitError || wasNeverConnected(error);
}
