import { LRUCache } from 'lru-cache';
import { afterEach, describe, expect, it } from 'vitest';
import { collectGitHub } from '../../src/reach/collect-github.ts';
import { collectHuggingFace } from '../../src/reach/collect-huggingface.ts';
import { collectReddit } from '../../src/reach/collect-reddit.ts';
import { collectX } from '../../src/reach/collect-x.ts';
import type { AnswerCache } from '../../src/reach/fetch-source.ts';
import type { CollectorOptions, Reading } from '../../src/reach/reading.ts';
import { sendJson, startAnswering } from './answering-server.ts';

const NOW = Date.UTC(2026, 11, 1, 12);
const POST = 'https://www.reddit.com/r/blind/comments/1abcde/a_title/';

let aborting = new AbortController();
afterEach(() => {
  aborting = new AbortController();
});

function options(
  baseUrl: string,
  subjects: readonly string[],
  token: string | null = null,
): CollectorOptions & { readonly retryMs: number } {
  return { baseUrl, subjects, token, now: () => NOW, signal: aborting.signal, retryMs: 1 };
}

/** `metric: value` or `metric: outcome (reason)`. */
function said(readings: readonly Reading[]): string[] {
  return readings.map(({ metric, value, outcome, reason }) =>
    outcome === 'value' ? `${metric}: ${value}` : `${metric}: ${outcome} (${reason})`,
  );
}

const HUB_ANSWER = { _id: 'a1', id: 'org/model', downloads: 30, downloadsAllTime: 40, likes: 5 };

describe('Hugging Face', () => {
  it('is asked for models, datasets and Spaces at the address that is named, with the token', async () => {
    const server = await startAnswering((_, response) => sendJson(response, HUB_ANSWER));
    const readings = await collectHuggingFace(
      options(server.url, ['org/model', 'datasets/org/data', 'spaces/org/space'], 'hf_abc'),
    );
    expect(readings.map(({ subject, metric, value }) => [subject, metric, value])).toEqual([
      ['org/model', 'downloads30Days', 30],
      ['org/model', 'downloadsAllTime', 40],
      ['org/model', 'likes', 5],
      ['datasets/org/data', 'downloads30Days', 30],
      ['datasets/org/data', 'downloadsAllTime', 40],
      ['datasets/org/data', 'likes', 5],
      ['spaces/org/space', 'likes', 5],
    ]);
    expect(readings[0]).toMatchObject({ takenAt: NOW, rawId: 'a1', reason: null, source: 'huggingface' });
    expect(server.requests.map(({ url }) => url?.split('/').slice(0, 3).join('/'))).toEqual([
      '/api/models',
      '/api/datasets',
      '/api/spaces',
    ]);
    for (const { headers } of server.requests) expect(headers.authorization).toBe('Bearer hf_abc');
  });

  it('gives no figure, and no 0, where the answer has none or one that cannot be', async () => {
    const server = await startAnswering((_, response) =>
      sendJson(response, { ...HUB_ANSWER, likes: undefined }),
    );
    expect(said(await collectHuggingFace(options(server.url, ['org/model'])))).toEqual([
      'downloads30Days: 30',
      'downloadsAllTime: 40',
      'likes: missing (Hugging Face gave no figure for likes.)',
    ]);
    const odd = await startAnswering((_, response) =>
      sendJson(response, { ...HUB_ANSWER, _id: {}, downloads: -3, downloadsAllTime: '40', likes: 1.5 }),
    );
    const readings = await collectHuggingFace(options(odd.url, ['org/model']));
    expect(said(readings)).toEqual([
      'downloads30Days: missing (Hugging Face gave -3 for downloads30Days, which is no count.)',
      'downloadsAllTime: missing (Hugging Face gave "40" for downloadsAllTime, which is no count.)',
      'likes: missing (Hugging Face gave 1.5 for likes, which is no count.)',
    ]);
    expect(readings[0]!.rawId).toBeNull();
    // JSON has no NaN: what serialises it as null gives nothing.
    const none = await startAnswering((_, response) => sendJson(response, { likes: Number.NaN }));
    expect(said(await collectHuggingFace(options(none.url, ['spaces/org/space'])))).toEqual([
      'likes: missing (Hugging Face gave no figure for likes.)',
    ]);
  });

  it.each([
    ['text/html', '<p>Whoops', 'answered with text/html rather than JSON'],
    ['application/json', '{"likes": 1', 'answered with JSON that cannot be read'],
    ['application/json', `"${'x'.repeat(5_000_000)}"`, 'answered with more than 4194304 bytes'],
  ])('gives no figure where the answer is %s and nonsense', async (type, body, reason) => {
    const server = await startAnswering((_, response) =>
      response.writeHead(200, { 'content-type': type }).end(body),
    );
    expect(said(await collectHuggingFace(options(server.url, ['spaces/org/space'])))).toEqual([
      `likes: missing (Hugging Face ${reason}.)`,
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('tells what is withheld from what is not there', async () => {
    const server = await startAnswering(({ url }, response) =>
      sendJson(response, { error: 'no' }, url?.includes('gone') ? 404 : 401),
    );
    expect(
      said(await collectHuggingFace(options(server.url, ['spaces/org/gone', 'spaces/org/private']))),
    ).toEqual([
      expect.stringMatching(/^likes: missing .*404/),
      expect.stringMatching(/^likes: restricted .*401/),
    ]);
    expect(said(await collectHuggingFace(options(server.url, ['spaces/org/x'], 'not-a-token')))).toEqual([
      'likes: restricted (HF_TOKEN should begin with hf_: nothing was asked.)',
    ]);
  });
});

describe('a source that fails', () => {
  it('is asked again, up to two times', async () => {
    const server = await startAnswering((_, response, count) =>
      count < 3 ? sendJson(response, {}, 502) : sendJson(response, HUB_ANSWER),
    );
    expect(said(await collectHuggingFace(options(server.url, ['spaces/org/space'])))).toEqual(['likes: 5']);
    expect(server.requests).toHaveLength(3);
  });

  it('is left alone after two subjects that could not be had', async () => {
    const server = await startAnswering(({ socket }) => socket.destroy());
    const subjects = Array.from({ length: 10 }, (_, index) => `spaces/org/space${index}`);
    const readings = said(await collectHuggingFace(options(server.url, subjects)));
    expect(readings).toHaveLength(10);
    expect(readings[0]).toBe('likes: missing (Hugging Face could not be reached.)');
    expect(readings[9]).toBe(
      'likes: missing (Hugging Face failed too often: it is left alone until the next run.)',
    );
    expect(server.requests).toHaveLength(6);
  });

  it('ends with the signal, also while it keeps a request waiting', async () => {
    const server = await startAnswering(() => aborting.abort(new Error('over')));
    await expect(collectHuggingFace(options(server.url, ['org/model']))).rejects.toThrow('over');
    aborting = new AbortController();
    await expect(collectX(options(server.url, ['123'], 'token'))).rejects.toThrow('over');
  });
});

describe('a rate limit', () => {
  it('that ends soon is waited out', async () => {
    const server = await startAnswering((_, response, count) =>
      count === 1 ? sendJson(response, {}, 429, { 'retry-after': '1' }) : sendJson(response, HUB_ANSWER),
    );
    const before = performance.now();
    expect(said(await collectHuggingFace(options(server.url, ['spaces/org/space'])))).toEqual(['likes: 5']);
    expect(performance.now() - before).toBeGreaterThan(900);
  });

  it.each([
    ['retry-after in seconds', 429, { 'retry-after': '600' }],
    ['retry-after as a date', 429, { 'retry-after': new Date(NOW + 600_000).toUTCString() }],
    ['GitHub’s', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String((NOW + 600_000) / 1000) }],
    ['the Hub’s', 429, { ratelimit: '"api";r=0;t=600' }],
    ['Reddit’s', 429, { 'x-ratelimit-remaining': '0.0', 'x-ratelimit-reset': '600' }],
  ])('that ends late is said, and nothing more is asked: %s', async (_, status, headers) => {
    const server = await startAnswering((__, response) => sendJson(response, {}, status, headers));
    expect(said(await collectHuggingFace(options(server.url, ['spaces/org/a', 'spaces/org/b'])))).toEqual([
      'likes: missing (Hugging Face takes no more requests until 2026-12-01 12:10 UTC: its rate limit.)',
      'likes: missing (Hugging Face takes no more requests until 2026-12-01 12:10 UTC: its rate limit.)',
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('is kept before it is exceeded', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800' };
    const server = await startAnswering((_, response) => sendJson(response, HUB_ANSWER, 200, headers));
    expect(said(await collectHuggingFace(options(server.url, ['spaces/org/a', 'spaces/org/b'])))).toEqual([
      'likes: 5',
      'likes: missing (Hugging Face takes no more requests until 2026-12-01 12:30 UTC: its rate limit.)',
    ]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('GitHub', () => {
  const REPOSITORY = {
    id: 77,
    stargazers_count: 12,
    watchers_count: 12,
    forks_count: 3,
    subscribers_count: 4,
    open_issues_count: 5,
  };

  it('is asked for the repository, all pages of its releases, and traffic with a token', async () => {
    const release = (...counts: number[]) => ({ assets: counts.map(download_count => ({ download_count })) });
    const server = await startAnswering(({ url }, response) => {
      if (url?.includes('/traffic/views')) return sendJson(response, { count: 90, uniques: 30 });
      if (url?.includes('/traffic/clones')) return sendJson(response, { count: 9, uniques: 2 });
      if (!url?.includes('/releases')) return sendJson(response, REPOSITORY);
      const page = Number(new URL(url, 'http://x').searchParams.get('page'));
      sendJson(
        response,
        page === 1 ? Array.from({ length: 100 }, () => release(1, 1)) : [release(7), release()],
      );
    });
    const readings = await collectGitHub(options(server.url, ['org/repo'], 'ghp_x'));
    expect(said(readings)).toEqual([
      'stars: 12',
      'forks: 3',
      'watchers: 4',
      'openIssues: 5',
      'releaseDownloads: 207',
      'views14Days: 90',
      'visitors14Days: 30',
      'clones14Days: 9',
      'cloners14Days: 2',
    ]);
    expect(readings[0]!.rawId).toBe('77');
    expect(server.requests[0]!.headers.authorization).toBe('token ghp_x');
  });

  it('gives what is public where traffic is not shown and releases fail', async () => {
    const server = await startAnswering(({ url }, response) => {
      if (url?.includes('/traffic')) return sendJson(response, { message: 'Must have push access' }, 403);
      if (url?.includes('/releases')) return sendJson(response, [{ assets: [{ download_count: -1 }] }]);
      sendJson(response, REPOSITORY);
    });
    const readings = said(await collectGitHub(options(server.url, ['org/repo'], 'ghp_x')));
    expect(readings[0]).toBe('stars: 12');
    expect(readings[4]).toBe(
      'releaseDownloads: missing (GitHub gave -1 for releaseDownloads, which is no count.)',
    );
    expect(readings.slice(5)).toEqual(
      ['views14Days', 'visitors14Days', 'clones14Days', 'cloners14Days'].map(metric =>
        expect.stringMatching(new RegExp(`^${metric}: restricted .*GITHUB_TOKEN`)),
      ),
    );
    // Without a token it is not even asked.
    const before = server.requests.length;
    expect(said(await collectGitHub(options(server.url, ['org/repo'])))[8]).toMatch(/restricted/);
    expect(server.requests.slice(before).some(({ url }) => url?.includes('traffic'))).toBe(false);
  });

  it('counts no downloads where there are more releases than are counted', async () => {
    const server = await startAnswering(({ url }, response) => {
      const page = Array.from({ length: 100 }, () => ({ assets: [] }));
      sendJson(response, url?.includes('/releases') ? page : REPOSITORY);
    });
    const readings = said(await collectGitHub(options(server.url, ['org/repo'])));
    expect(readings[4]).toMatch(/^releaseDownloads: missing \(There are more than 1000 releases/);
    expect(server.requests).toHaveLength(11);
  });

  it('is asked whether anything changed, from one run to the next', async () => {
    let stars = 12;
    const server = await startAnswering(({ url, headers }, response) => {
      const body = url?.includes('/releases') ? [] : { ...REPOSITORY, stargazers_count: stars };
      const etag = `"${url?.length}-${stars}"`;
      if (headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
      else sendJson(response, body, 200, { etag });
    });
    const cache: AnswerCache = new LRUCache({ max: 10 });
    const run = async () => said(await collectGitHub({ ...options(server.url, ['org/repo']), cache }))[0];
    expect(await run()).toBe('stars: 12');
    expect(await run()).toBe('stars: 12');
    expect(server.requests.slice(2).every(({ headers }) => headers['if-none-match'])).toBe(true);
    stars = 13;
    expect(await run()).toBe('stars: 13');
  });
});

describe('X', () => {
  const METRICS = {
    like_count: 10,
    reply_count: 2,
    quote_count: 1,
    bookmark_count: 3,
    impression_count: 900,
  };

  it('is asked for many posts at a time, and for accounts', async () => {
    const server = await startAnswering(({ url }, response) => {
      const query = new URL(url!, 'http://x').searchParams;
      const ids = query.get('ids')?.split(',') ?? [];
      const accounts = [{ id: '5', username: 'Narrator', public_metrics: { followers_count: 77 } }];
      sendJson(response, {
        data: query.has('usernames')
          ? accounts
          : ids.map(id => ({ id, public_metrics: { ...METRICS, retweet_count: 4 } })),
      });
    });
    const ids = Array.from({ length: 150 }, (_, index) => String(1000 + index));
    const posts = [...ids, 'https://x.com/narrator/status/1000'];
    const readings = await collectX(options(server.url, [...posts, '@narrator'], 'token'));
    expect(server.requests.map(({ url }) => url?.split('?')[0])).toEqual([
      '/2/tweets',
      '/2/tweets',
      '/2/users/by',
    ]);
    expect(server.requests[0]!.headers.authorization).toBe('Bearer token');
    const of = (subject: string) => said(readings.filter(reading => reading.subject === subject));
    const expected = [
      'likes: 10',
      'reposts: 4',
      'replies: 2',
      'quotes: 1',
      'bookmarks: 3',
      'impressions: 900',
      'engagements: 20',
    ];
    for (const post of posts) expect(of(post)).toEqual(expected);
    expect(of('@narrator')).toEqual(['followers: 77']);
  });

  it('may know one name of its parameter or the other', async () => {
    const server = await startAnswering(({ url }, response) =>
      url?.includes('tweet.fields')
        ? sendJson(response, { title: 'Invalid Request' }, 400)
        : sendJson(response, { data: [{ id: '1', public_metrics: { ...METRICS, repost_count: 4 } }] }),
    );
    expect(said(await collectX(options(server.url, ['1'], 'token')))[6]).toBe('engagements: 20');
  });

  it('gives no sum where a part is not given, and says what is withheld', async () => {
    const problem = (kind: string, more: object) => ({
      type: `https://api.twitter.com/2/problems/${kind}`,
      ...more,
    });
    const server = await startAnswering((_, response) =>
      sendJson(response, {
        data: [
          { id: '1', public_metrics: { ...METRICS, retweet_count: 'many' } },
          { id: '2', public_metrics: { like_count: 1 } },
        ],
        errors: [
          problem('not-authorized-for-field', { resource_id: '2', field: 'public_metrics' }),
          problem('not-authorized-for-resource', { value: '3' }),
          problem('resource-not-found', { value: '4' }),
        ],
      }),
    );
    const readings = await collectX(options(server.url, ['1', '2', '3', '4'], 'token'));
    const of = (subject: string) => said(readings.filter(reading => reading.subject === subject));
    expect(of('1')[1]).toBe('reposts: missing (X gave "many" for reposts, which is no count.)');
    expect(of('1')[6]).toBe('engagements: missing (X gave "many" for reposts, which is no count.)');
    expect(of('2')[0]).toBe('likes: 1');
    expect(of('2')[1]).toBe('reposts: restricted (X does not show us reposts of it.)');
    expect(of('3')[0]).toBe('likes: restricted (X does not show us this post.)');
    expect(of('4')[0]).toBe('likes: missing (X has no such post, or no longer.)');
  });

  it.each([
    ['a page', 200, 'text/html', '<p>Whoops', /no list of posts/],
    ['broken JSON', 200, 'application/json', '{"data": [', /cannot be read/],
    ['another shape', 200, 'application/json', '{"data": {"id": 1}}', /no list of posts/],
    ['too much', 200, 'application/json', `"${'x'.repeat(6_000_000)}"`, /more than 4194304 bytes/],
    ['a refusal', 403, 'application/json', '{"title":"Forbidden"}', /HTTP status 403/],
    ['a fault', 503, 'text/plain', 'no', /HTTP status 503/],
  ])('gives no figure where it answers with %s', async (_, status, type, body, reason) => {
    const server = await startAnswering((__, response) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    );
    const readings = await collectX(options(server.url, ['1'], 'token'));
    expect(readings).toHaveLength(7);
    for (const reading of readings) {
      expect(reading).toMatchObject({ value: null, outcome: status === 403 ? 'restricted' : 'missing' });
      expect(reading.reason).toMatch(reason);
    }
  });

  it('honours the limit, and is not asked without a token', async () => {
    const reset = String((NOW + 900_000) / 1000);
    const server = await startAnswering((_, response) =>
      sendJson(response, {}, 429, { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset }),
    );
    const readings = said(await collectX(options(server.url, ['1', '@narrator'], 'token')));
    expect(readings.at(-1)).toBe(
      'followers: missing (X takes no more requests until 2026-12-01 12:15 UTC: its rate limit.)',
    );
    expect(server.requests).toHaveLength(1);
    expect(said(await collectX(options(server.url, ['@narrator'])))).toEqual([
      'followers: restricted (X answers nobody without a token: set X_BEARER_TOKEN.)',
    ]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('Reddit', () => {
  const app = { clientId: 'app', clientSecret: 'secret' };

  it('is logged in to once, and asked for all posts at once', async () => {
    const post = { name: 't3_1abcde', score: 40, num_comments: 9 };
    const server = await startAnswering(({ url }, response) =>
      sendJson(
        response,
        url?.startsWith('/api/v1/access_token')
          ? { access_token: 'bearer' }
          : { data: { children: [{ data: post }, { data: { ...post, name: 't3_2', hide_score: true } }] } },
      ),
    );
    const subjects = [POST, 'https://redd.it/2', 'https://redd.it/3'];
    const readings = await collectReddit({ ...options(server.url, subjects), token: app });
    expect(said(readings)).toEqual([
      'score: 40',
      'comments: 9',
      'engagements: 49',
      'score: restricted (The community hides the score of posts for some time.)',
      'comments: 9',
      'engagements: restricted (The community hides the score of posts for some time.)',
      'score: missing (Reddit has no such post, or shows it to nobody.)',
      'comments: missing (Reddit has no such post, or shows it to nobody.)',
      'engagements: missing (Reddit has no such post, or shows it to nobody.)',
    ]);
    const [login, look] = server.requests;
    expect(login!.headers.authorization).toBe(`Basic ${Buffer.from('app:secret').toString('base64')}`);
    expect(look!.headers.authorization).toBe('Bearer bearer');
    expect(look!.headers['user-agent']).toMatch(/^node:visual-narrator:v\d/);
    expect(look!.url).toContain('t3_1abcde%2Ct3_2%2Ct3_3');
  });

  it('is not asked without credentials, and says where they are wrong', async () => {
    const server = await startAnswering((_, response) => sendJson(response, {}, 401));
    expect(said(await collectReddit({ ...options(server.url, [POST]), token: null }))[0]).toMatch(
      /^score: restricted .*REDDIT_CLIENT_ID/,
    );
    expect(server.requests).toHaveLength(0);
    expect(said(await collectReddit({ ...options(server.url, [POST]), token: app }))[0]).toMatch(
      /^score: restricted .*401/,
    );
    expect(server.requests).toHaveLength(1);
  });
});
