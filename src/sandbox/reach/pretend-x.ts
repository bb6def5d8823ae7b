import { parseXSubject } from '../../reach/subjects.ts';
import type { PretendSourceOptions, SourceAnswer, SourceRequest, SourceServer } from './serve-source.ts';
import { serveSource } from './serve-source.ts';

/** X's guide and its API description differ in names: `tweet.fields` and `retweet_count`, or `post.fields` and `repost_count`. */
export type XNames = 'guide' | 'description';

const PROBLEMS = 'https://api.x.com/2/problems';

/** The look-ups of posts and of accounts of X's API v2. */
export function startPretendX(
  options: PretendSourceOptions,
  token: string,
  names: XNames,
): Promise<SourceServer> {
  const parse = Object.keys(options.subjects).map(subject => ({ subject, parsed: parseXSubject(subject) }));
  const subjectOf = (value: string, kind: 'post' | 'account') =>
    parse.find(({ parsed }) =>
      parsed?.kind === 'post' ? kind === 'post' && parsed.id === value : parsed?.handle === value,
    )?.subject;
  return serveSource(
    {
      source: 'x',
      routes: [
        {
          method: 'GET',
          path: '/2/tweets',
          serve: request =>
            lookUp(request, token, 'ids', names === 'guide' ? 'tweet.fields' : 'post.fields', id => {
              const subject = subjectOf(id, 'post');
              return subject === undefined ? null : readPost(subject, id, request, names);
            }),
        },
        {
          method: 'GET',
          path: '/2/users/by',
          serve: request =>
            lookUp(request, token, 'usernames', 'user.fields', handle => {
              const subject = subjectOf(handle, 'account');
              return subject === undefined ? null : readAccount(subject, handle, request, names);
            }),
        },
      ],
      limitStatus: 429,
      limitHeaders: (remaining, resetAt) => ({
        'x-rate-limit-limit': '5000',
        'x-rate-limit-remaining': String(remaining),
        'x-rate-limit-reset': String(Math.ceil(resetAt / 1000)),
      }),
    },
    options,
  );
}

function lookUp(
  { query, authorization, isRestricted }: SourceRequest,
  token: string,
  list: 'ids' | 'usernames',
  fields: string,
  read: (value: string) => object | null,
): SourceAnswer {
  if (authorization !== `Bearer ${token}`) {
    return { status: 401, body: { code: 401, message: 'Unauthorized' } };
  }
  const unknown = [...query.keys()].find(key => key !== list && key !== fields);
  const values = (query.get(list) ?? '').split(',').filter(Boolean);
  if (unknown !== undefined || values.length === 0 || values.length > 100) {
    return {
      status: 400,
      body: { code: 400, message: `The query parameter ${unknown ?? list} is not right.` },
    };
  }
  const data: object[] = [];
  const errors: object[] = [];
  for (const value of values) {
    const found = read(value);
    const about = {
      value,
      resource_id: value,
      parameter: list,
      resource_type: list === 'ids' ? 'post' : 'user',
    };
    if (found === null) {
      const detail = `Could not find ${value}.`;
      errors.push({ ...about, type: `${PROBLEMS}/resource-not-found`, title: 'Not Found Error', detail });
    } else if (isRestricted) {
      const detail = `You are not permitted to view ${value}.`;
      errors.push({
        ...about,
        type: `${PROBLEMS}/not-authorized-for-resource`,
        title: 'Authorization Error',
        detail,
      });
    } else {
      data.push(found);
    }
  }
  return {
    status: 200,
    body: { ...(data.length > 0 ? { data } : {}), ...(errors.length > 0 ? { errors } : {}) },
  };
}

function readPost(subject: string, id: string, { figure }: SourceRequest, names: XNames): object {
  return {
    id,
    text: 'Adjectives, and where they come from.',
    public_metrics: {
      [names === 'guide' ? 'retweet_count' : 'repost_count']: figure(subject, 'reposts'),
      reply_count: figure(subject, 'replies'),
      like_count: figure(subject, 'likes'),
      quote_count: figure(subject, 'quotes'),
      bookmark_count: figure(subject, 'bookmarks'),
      impression_count: figure(subject, 'impressions'),
    },
  };
}

function readAccount(subject: string, username: string, { figure }: SourceRequest, names: XNames): object {
  return {
    id: String(7_000_000 + username.length),
    name: username,
    username,
    public_metrics: {
      followers_count: figure(subject, 'followers'),
      following_count: 3,
      [names === 'guide' ? 'tweet_count' : 'post_count']: 12,
      listed_count: 0,
    },
  };
}
