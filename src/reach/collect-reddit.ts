import { z } from 'zod';
import { createSourceFetch } from './fetch-source.ts';
import { sumOfCounts, toReadings } from './read-subject.ts';
import type { Collector, CollectorOptions, Reading } from './reading.ts';
import { orFault, SourceFault } from './source-fault.ts';
import { parseRedditPost } from './subjects.ts';

export interface RedditApp {
  readonly clientId: string;
  readonly clientSecret: string;
}

const LOGIN = 'https://www.reddit.com';
const API = 'https://oauth.reddit.com';
/** What `/api/info` takes at a time (Reddit's API documentation). */
const BATCH = 100;

const grant = z.object({ access_token: z.string().min(1).max(4000) });
const listing = z.object({
  data: z.object({
    children: z.array(
      z.object({
        data: z.object({
          name: z.string(),
          score: z.unknown(),
          num_comments: z.unknown(),
          hide_score: z.boolean().optional(),
        }),
      }),
    ),
  }),
});
type Post = z.output<typeof listing>['data']['children'][number]['data'];

/** Score and comments of posts. Reddit answers nobody without an app's credentials (docs/reach.md). */
export const collectReddit: Collector<RedditApp> = async options => {
  const redditFetch = createSourceFetch({ ...options, source: 'Reddit' });
  const readings: Reading[] = [];
  let token: string | SourceFault | undefined;
  for (let start = 0; start < options.subjects.length; start += BATCH) {
    const subjects = options.subjects.slice(start, start + BATCH);
    token ??= await orFault(options.signal, () => logIn(options, redditFetch));
    const found =
      token instanceof SourceFault ? token : await readPosts(subjects, token, options, redditFetch);
    for (const subject of subjects) {
      const post = found instanceof SourceFault ? found : found.get(parseRedditPost(subject)!);
      readings.push(...toReadings('reddit', subject, options.now(), answerOf(post)));
    }
  }
  return readings;
};

/** Application-only OAuth (github.com/reddit-archive/reddit/wiki/OAuth2). */
async function logIn(
  { baseUrl, token }: CollectorOptions<RedditApp>,
  redditFetch: typeof fetch,
): Promise<string> {
  if (token === null) {
    throw new SourceFault(
      'source-restricted',
      'Reddit answers nobody without credentials: set REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET.',
    );
  }
  const basic = Buffer.from(`${token.clientId}:${token.clientSecret}`).toString('base64');
  const response = await redditFetch(`${baseUrl ?? LOGIN}/api/v1/access_token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { data } = grant.safeParse(await response.json());
  if (!data) throw new SourceFault('source-nonsense', 'Reddit gave no access token.');
  return data.access_token;
}

async function readPosts(
  subjects: readonly string[],
  token: string,
  options: CollectorOptions<RedditApp>,
  redditFetch: typeof fetch,
): Promise<ReadonlyMap<string, Post> | SourceFault> {
  const query = new URLSearchParams({
    id: subjects.map(subject => parseRedditPost(subject)!).join(','),
    raw_json: '1',
  });
  return await orFault(options.signal, async () => {
    const response = await redditFetch(`${options.baseUrl ?? API}/api/info?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { data } = listing.safeParse(await response.json());
    if (!data)
      throw new SourceFault('source-nonsense', 'Reddit answered with something that is no list of posts.');
    return new Map(data.data.children.map(({ data: post }) => [post.name, post]));
  });
}

function answerOf(post: Post | SourceFault | undefined) {
  if (post instanceof SourceFault) return post;
  if (!post) return new SourceFault('source-absent', 'Reddit has no such post, or shows it to nobody.');
  const score = post.hide_score
    ? new SourceFault('source-restricted', 'The community hides the score of posts for some time.')
    : post.score;
  const figures = { score, comments: post.num_comments };
  return {
    rawId: post.name,
    figures: { ...figures, engagements: sumOfCounts('reddit', figures, ['score', 'comments']) },
  };
}
