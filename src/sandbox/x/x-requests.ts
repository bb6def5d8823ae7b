import { z } from 'zod';
import { MAX_WEIGHTED_LENGTH, weightedLengthOf } from '../../launch/thread/measure-post.ts';
import { renderText, type XPost, type XWorld } from './x-world.ts';

export interface XAnswer {
  readonly status: number;
  readonly body: object;
}

/** X's guide and its API description (2.167) differ in names: `tweet.fields` and `referenced_tweets`, or `post.fields`. */
export type XNames = 'guide' | 'description';

const MAX_PNG_BYTES = 5_000_000;
const MAX_SEGMENT_BYTES = 5_000_000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const FIELDS = { guide: 'tweet.fields', description: 'post.fields' } as const;
const KNOWN_FIELDS = ['conversation_id', 'created_at', 'entities', 'id', 'text'];

const xId = z.string().regex(/^[0-9]{1,19}$/);
const newPost = z.strictObject({
  text: z.string().default(''),
  media: z.strictObject({ media_ids: z.array(xId).min(1).max(4) }).optional(),
  reply: z.strictObject({ in_reply_to_tweet_id: xId }).optional(),
});
const newMedia = z.strictObject({
  media_type: z.literal('image/png'),
  media_category: z.literal('tweet_image'),
  total_bytes: z.int().min(1).max(MAX_PNG_BYTES),
});
const segment = z.strictObject({
  segment_index: z.coerce.number().int().min(0).max(999),
  media: z.instanceof(Uint8Array),
});
const metadata = z.strictObject({
  id: xId,
  metadata: z.strictObject({ alt_text: z.strictObject({ text: z.string().min(1).max(1000) }) }),
});

/** X's guide has the fields of a problem, its API description those of an error: X sends what both have. */
export function fault(status: number, title: string, detail: string): XAnswer {
  return { status, body: { title, detail, type: 'about:blank', status, code: status, message: detail } };
}

export function duplicate(): XAnswer {
  return fault(403, 'Forbidden', 'You are not allowed to create a Tweet with duplicate content.');
}

function invalid(detail: string): XAnswer {
  return fault(400, 'Invalid Request', detail);
}

export function serveMe({ userId, username }: XWorld): XAnswer {
  return { status: 200, body: { data: { id: userId, name: username, username } } };
}

/** @param takesDuplicates a server that is less strict than X: for controls */
export function servePost(world: XWorld, body: unknown, takesDuplicates = false): XAnswer {
  const { data, error } = newPost.safeParse(body);
  if (!data) return invalid(z.prettifyError(error));
  const { text, media, reply } = data;
  if (text.trim() === '' && !media) return invalid('Your Tweet needs a text or media.');
  if (weightedLengthOf(text) > MAX_WEIGHTED_LENGTH) return invalid('Your Tweet text is too long.');
  const replyTo = reply?.in_reply_to_tweet_id ?? null;
  if (replyTo !== null && !world.post(replyTo)) {
    return invalid('You attempted to reply to a Tweet that is deleted or not visible to you.');
  }
  const mediaIds = media?.media_ids ?? [];
  if (mediaIds.some(id => !world.media(id)?.isFinalized)) return invalid('Your media IDs are invalid.');
  if (world.hasText(text) && !takesDuplicates) {
    world.refusedDuplicates++;
    return duplicate();
  }
  const post = world.addPost(text, replyTo, mediaIds);
  return { status: 201, body: { data: { id: post.id, text: renderText(post).text } } };
}

export function serveInitialize(world: XWorld, body: unknown): XAnswer {
  const { data, error } = newMedia.safeParse(body);
  if (!data) return invalid(z.prettifyError(error));
  const { id } = world.addMedia(data.total_bytes);
  return { status: 200, body: { data: { id, media_key: `3_${id}`, expires_after_secs: 86_400 } } };
}

export function serveAppend(world: XWorld, id: string, fields: unknown): XAnswer {
  const media = world.media(id);
  const { data, error } = segment.safeParse(fields);
  if (!media || media.isFinalized) return invalid(`There is no upload ${id} that is under way.`);
  if (!data) return invalid(z.prettifyError(error));
  if (data.media.length > MAX_SEGMENT_BYTES) return invalid('The segment is too long.');
  media.segments.set(data.segment_index, data.media);
  return { status: 200, body: { data: { expires_at: Math.floor(world.now() / 1000) + 86_400 } } };
}

export function serveFinalize(world: XWorld, id: string): XAnswer {
  const media = world.media(id);
  if (!media) return invalid(`There is no upload ${id}.`);
  const segments = [...media.segments].sort(([a], [b]) => a - b);
  const bytes = Buffer.concat(segments.map(([, part]) => part));
  const isWhole = segments.every(([index], place) => index === place) && bytes.length === media.totalBytes;
  if (!isWhole) return invalid('The upload is not whole.');
  if (!bytes.subarray(0, PNG.length).equals(PNG)) return invalid('The upload is no PNG.');
  media.isFinalized = true;
  return {
    status: 200,
    body: { data: { id, media_key: `3_${id}`, size: bytes.length, expires_after_secs: 86_400 } },
  };
}

export function serveMetadata(world: XWorld, body: unknown): XAnswer {
  const { data, error } = metadata.safeParse(body);
  if (!data) return invalid(z.prettifyError(error));
  const media = world.media(data.id);
  if (!media?.isFinalized) return invalid(`There is no media ${data.id}.`);
  media.altText = data.metadata.alt_text.text;
  return { status: 200, body: { data: { id: data.id, associated_metadata: data.metadata } } };
}

/** @param lagMs posts that are younger are not shown yet */
export function serveTimeline(
  world: XWorld,
  userId: string,
  query: URLSearchParams,
  names: XNames,
  lagMs: number,
): XAnswer {
  if (userId !== world.userId) return fault(404, 'Not Found Error', `Could not find user ${userId}.`);
  const known = ['max_results', 'start_time', 'pagination_token', 'expansions', FIELDS[names]];
  const unknown = [...query.keys()].find(key => !known.includes(key));
  if (unknown !== undefined) return invalid(`The query parameter ${unknown} is not one of ${known}.`);
  const size = Number(query.get('max_results') ?? 10);
  if (!Number.isInteger(size) || size < 5 || size > 100) return invalid('max_results is not from 5 to 100.');
  const start = query.get('start_time');
  const from = start === null ? 0 : Date.parse(start);
  if (Number.isNaN(from)) return invalid('start_time is no time.');
  const wanted = query.get(FIELDS[names])?.split(',') ?? [];
  const allowed = names === 'guide' ? [...KNOWN_FIELDS, 'referenced_tweets'] : KNOWN_FIELDS;
  const wrong = wanted.find(field => !allowed.includes(field));
  if (wrong !== undefined) return invalid(`${FIELDS[names]} has no ${wrong}.`);
  const until = world.now() - lagMs;
  const posts = world
    .posts()
    .filter(({ createdAt }) => createdAt >= from && createdAt <= until)
    .reverse();
  const begin = Number(/^b(\d{1,6})$/.exec(query.get('pagination_token') ?? 'b0')?.[1]);
  if (Number.isNaN(begin)) return invalid('pagination_token is not one of ours.');
  const page = posts.slice(begin, begin + size);
  const references = wanted.includes('referenced_tweets') || query.get('expansions') === 'referenced_posts';
  const data = page.map(post => render(world, post, wanted, references, names));
  const next = begin + size < posts.length ? { next_token: `b${begin + size}` } : {};
  const ends = page.length > 0 ? { newest_id: page[0]!.id, oldest_id: page.at(-1)!.id } : {};
  return {
    status: 200,
    body: {
      ...(data.length > 0 ? { data } : {}),
      meta: { result_count: data.length, ...ends, ...next },
    },
  };
}

function render(world: XWorld, post: XPost, wanted: readonly string[], references: boolean, names: XNames) {
  const { text, urls } = renderText(post);
  const guide = names === 'guide';
  const replied = post.replyTo === null ? [] : [{ type: 'replied_to', id: post.replyTo }];
  return {
    id: post.id,
    text,
    [guide ? 'edit_history_tweet_ids' : 'edit_history_post_ids']: [post.id],
    ...(wanted.includes('conversation_id') ? { conversation_id: post.conversation } : {}),
    ...(wanted.includes('created_at') ? { created_at: new Date(post.createdAt).toISOString() } : {}),
    ...(wanted.includes('entities') && urls.length > 0 ? { entities: { urls } } : {}),
    ...(references && replied.length > 0
      ? { [guide ? 'referenced_tweets' : 'referenced_posts']: replied, in_reply_to_user_id: world.userId }
      : {}),
  };
}
