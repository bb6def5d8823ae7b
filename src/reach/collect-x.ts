import { ApiRequestError, ApiResponseError, type TwitterApiv2 } from 'twitter-api-v2';
import { z } from 'zod';
import { readRateLimit } from './rate-limit.ts';
import { type Answer, sumOfCounts, toReadings } from './read-subject.ts';
import type { Collector, CollectorOptions, Reading } from './reading.ts';
import { faultOf, orFault, SourceFault } from './source-fault.ts';
import { createSourcePolicy, noAnswer, type SourcePolicy } from './source-policy.ts';
import { parseXSubject } from './subjects.ts';
import { createXClient, type XClient } from './x-client.ts';

/** What both look-ups take at a time (X API v2). */
const BATCH = 100;
const ENGAGEMENTS = ['likes', 'reposts', 'replies', 'quotes', 'bookmarks'];

const item = z.object({
  id: z.string(),
  username: z.string().optional(),
  public_metrics: z.record(z.string(), z.unknown()).optional(),
});
const problem = z.object({
  type: z.string(),
  value: z.string().optional(),
  resource_id: z.string().optional(),
  field: z.string().optional(),
});
const lookUp = z.object({ data: z.array(item).optional(), errors: z.array(problem).optional() });
type LookUp = z.output<typeof lookUp>;
type Item = z.output<typeof item>;

/** The public figures of posts, and the followers of accounts. */
export const collectX: Collector = async options => {
  const { token, subjects, signal, now } = options;
  if (token === null) {
    const needsToken = new SourceFault(
      'source-restricted',
      'X answers nobody without a token: set X_BEARER_TOKEN.',
    );
    return subjects.flatMap(subject => toReadings('x', subject, now(), needsToken));
  }
  const policy = createSourcePolicy({ ...options, source: 'X' });
  const client = createXClient(token, options);
  const readings: Reading[] = [];
  const read = async (
    known: ReadonlyMap<string, string>,
    ask: (ids: string[]) => Promise<unknown>,
    find: (answer: LookUp, id: string) => Answer | SourceFault,
  ) => {
    const ids = [...new Set(known.values())];
    for (let start = 0; start < ids.length; start += BATCH) {
      const batch = ids.slice(start, start + BATCH);
      const answer = await orFault(signal, () =>
        policy.run(() => request(() => ask(batch), client, policy, options)),
      );
      for (const [subject, id] of known) {
        if (!batch.includes(id)) continue;
        const found = answer instanceof SourceFault ? answer : find(answer, id);
        readings.push(...toReadings('x', subject, now(), found));
      }
    }
  };
  const [posts, accounts] = [new Map<string, string>(), new Map<string, string>()];
  for (const subject of subjects) {
    const parsed = parseXSubject(subject)!;
    if (parsed.kind === 'post') posts.set(subject, parsed.id);
    else accounts.set(subject, parsed.handle);
  }
  await read(posts, ids => askForPosts(client.v2, ids), findPost);
  await read(
    accounts,
    usernames =>
      client.v2.get('users/by', { usernames: usernames.join(','), 'user.fields': 'public_metrics' }),
    findAccount,
  );
  return readings;
};

/**
 * X's guide calls the parameter `tweet.fields`, its API description (2.167) `post.fields`. A server refuses the one that it
 * does not know.
 */
async function askForPosts(client: TwitterApiv2, ids: readonly string[]): Promise<unknown> {
  const query = { ids: ids.join(',') };
  try {
    return await client.get('tweets', { ...query, 'tweet.fields': 'public_metrics' });
  } catch (error) {
    if (!(error instanceof ApiResponseError && error.code === 400)) throw error;
    return await client.get('tweets', { ...query, 'post.fields': 'public_metrics' });
  }
}

function findPost(answer: LookUp, id: string): Answer | SourceFault {
  const post = answer.data?.find(each => each.id === id);
  if (!post) return whyNot(answer, id, 'post');
  const metrics = post.public_metrics ?? {};
  const figures = withRestrictions(answer, id, {
    likes: ['like_count', metrics.like_count],
    // The guide's name, and the API description's.
    reposts: ['repost_count', metrics.repost_count ?? metrics.retweet_count],
    replies: ['reply_count', metrics.reply_count],
    quotes: ['quote_count', metrics.quote_count],
    bookmarks: ['bookmark_count', metrics.bookmark_count],
    impressions: ['impression_count', metrics.impression_count],
  });
  return { rawId: id, figures: { ...figures, engagements: sumOfCounts('x', figures, ENGAGEMENTS) } };
}

function findAccount(answer: LookUp, handle: string): Answer | SourceFault {
  const isIt = ({ username }: Item) => username?.toLowerCase() === handle.toLowerCase();
  const account = answer.data?.find(isIt);
  if (!account) return whyNot(answer, handle, 'account');
  const { followers_count: followers } = account.public_metrics ?? {};
  return {
    rawId: account.id,
    figures: withRestrictions(answer, account.id, { followers: ['followers_count', followers] }),
  };
}

/** Problems are told apart by the end of their type: its host was another one before. */
function problemsOf(
  { errors = [] }: LookUp,
  id: string,
): { readonly kind: string; readonly field: string }[] {
  return errors
    .filter(({ value, resource_id }) => value === id || resource_id === id)
    .map(({ type, field }) => ({ kind: type.slice(type.lastIndexOf('/') + 1), field: field ?? '' }));
}

function whyNot(answer: LookUp, id: string, what: string): SourceFault {
  const kinds = problemsOf(answer, id).map(({ kind }) => kind);
  return kinds.includes('not-authorized-for-resource')
    ? new SourceFault('source-restricted', `X does not show us this ${what}.`)
    : new SourceFault('source-absent', `X has no such ${what}, or no longer.`);
}

/** @param figures by metric, X's name of the figure and what it gave */
function withRestrictions(
  answer: LookUp,
  id: string,
  figures: Readonly<Record<string, readonly [string, unknown]>>,
): Record<string, unknown> {
  const fields = problemsOf(answer, id)
    .filter(({ kind }) => kind === 'not-authorized-for-field' || kind === 'field-unauthorized')
    .map(({ field }) => field.slice(field.lastIndexOf('.') + 1));
  return Object.fromEntries(
    Object.entries(figures).map(([metric, [name, figure]]) => {
      const isRestricted = fields.includes(name) || fields.includes('public_metrics');
      return figure === undefined && isRestricted
        ? [metric, new SourceFault('source-restricted', `X does not show us ${metric} of it.`)]
        : [metric, figure];
    }),
  );
}

/** Makes SourceFaults of the client's errors, and checks what it gave. */
async function request(
  ask: () => Promise<unknown>,
  client: XClient,
  policy: SourcePolicy,
  { now, signal }: CollectorOptions,
): Promise<LookUp> {
  let answer: unknown;
  try {
    answer = await ask();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ApiResponseError) {
      const { headers, code } = error;
      throw policy.faultOf(
        code,
        readRateLimit(name => headers[name] as string | undefined, now()),
      );
    }
    if (error instanceof ApiRequestError) {
      const reason = client.whyEnded();
      throw reason instanceof SourceFault ? reason : noAnswer('X', reason ?? error);
    }
    // The client's own: an answer that was cut off, or is no JSON.
    if (error instanceof Error && 'responseError' in error) {
      throw new SourceFault('source-nonsense', 'X gave an answer that cannot be read.', { cause: error });
    }
    throw faultOf(error);
  }
  const { data } = lookUp.safeParse(answer);
  if (data) return data;
  throw new SourceFault('source-nonsense', 'X answered with something that is no list of posts or accounts.');
}
