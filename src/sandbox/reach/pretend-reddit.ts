import type { RedditApp } from '../../reach/collect-reddit.ts';
import { parseRedditPost } from '../../reach/subjects.ts';
import type { PretendSourceOptions, SourceServer } from './serve-source.ts';
import { serveSource } from './serve-source.ts';

const TOKEN = 'pretend-reddit-token';

/** Reddit's log-in of applications, and its look-up of posts. */
export function startPretendReddit(options: PretendSourceOptions, app: RedditApp): Promise<SourceServer> {
  const basic = `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}`;
  return serveSource(
    {
      source: 'reddit',
      routes: [
        {
          method: 'POST',
          path: '/api/v1/access_token',
          serve: ({ authorization }) =>
            authorization === basic
              ? {
                  status: 200,
                  body: { access_token: TOKEN, token_type: 'bearer', expires_in: 86_400, scope: '*' },
                }
              : { status: 401, body: { message: 'Unauthorized', error: 401 } },
        },
        {
          method: 'GET',
          path: '/api/info',
          serve: ({ authorization, query, figure, isRestricted }) => {
            if (authorization !== `Bearer ${TOKEN}`) return { status: 403, body: { error: 403 } };
            const wanted = (query.get('id') ?? '').split(',');
            const children = Object.keys(options.subjects)
              .filter(subject => wanted.includes(parseRedditPost(subject) ?? ''))
              .map(subject => ({
                kind: 't3',
                data: {
                  name: parseRedditPost(subject),
                  score: figure(subject, 'score'),
                  num_comments: figure(subject, 'comments'),
                  hide_score: isRestricted,
                },
              }));
            return { status: 200, body: { kind: 'Listing', data: { after: null, children } } };
          },
        },
      ],
      limitStatus: 429,
      limitHeaders: (remaining, resetAt, now) => ({
        'x-ratelimit-remaining': `${remaining}.0`,
        'x-ratelimit-reset': String(Math.ceil((resetAt - now) / 1000)),
      }),
    },
    options,
  );
}
