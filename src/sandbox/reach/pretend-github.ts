import type {
  PretendSourceOptions,
  SourceAnswer,
  SourceRequest,
  SourceRoute,
  SourceServer,
} from './serve-source.ts';
import { serveSource } from './serve-source.ts';

/** Repositories, releases and traffic of GitHub's REST API, with its conditional requests. */
export function startPretendGitHub(options: PretendSourceOptions, token: string): Promise<SourceServer> {
  const route = (rest: string, read: (subject: string, request: SourceRequest) => unknown): SourceRoute => ({
    method: 'GET',
    path: `/repos/{owner}/{repo}${rest}`,
    serve: request => serve(request, options, token, rest.startsWith('/traffic'), read),
  });
  return serveSource(
    {
      source: 'github',
      routes: [
        route('', (subject, { figure }) => ({
          id: 4_000_000 + Object.keys(options.subjects).indexOf(subject),
          full_name: subject,
          stargazers_count: figure(subject, 'stars'),
          watchers_count: figure(subject, 'stars'),
          forks_count: figure(subject, 'forks'),
          subscribers_count: figure(subject, 'watchers'),
          open_issues_count: figure(subject, 'openIssues'),
        })),
        route('/releases', (subject, { figure, query }) =>
          Number(query.get('page') ?? 1) > 1
            ? []
            : [
                { id: 2, tag_name: 'v0.2', assets: [] },
                {
                  id: 1,
                  tag_name: 'v0.1',
                  assets: [{ download_count: figure(subject, 'releaseDownloads') }],
                },
              ],
        ),
        route('/traffic/views', (subject, { figure }) => ({
          count: figure(subject, 'views14Days'),
          uniques: figure(subject, 'visitors14Days'),
          views: [],
        })),
        route('/traffic/clones', (subject, { figure }) => ({
          count: figure(subject, 'clones14Days'),
          uniques: figure(subject, 'cloners14Days'),
          clones: [],
        })),
      ],
      // The primary limit is told with either status ("Rate limits for the REST API").
      limitStatus: 403,
      limitHeaders: (remaining, resetAt) => ({
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
      }),
      hasTags: true,
    },
    options,
  );
}

function serve(
  request: SourceRequest,
  { subjects }: PretendSourceOptions,
  token: string,
  needsAccess: boolean,
  read: (subject: string, request: SourceRequest) => unknown,
): SourceAnswer {
  const { params, authorization, isRestricted } = request;
  const subject = `${params.owner}/${params.repo}`;
  if (!subjects[subject]) return { status: 404, body: { message: 'Not Found' } };
  // What is restricted is the traffic: the rest of a public repository is public.
  if (needsAccess && (isRestricted || authorization !== `token ${token}`)) {
    return { status: 403, body: { message: 'Must have push access to repository' } };
  }
  return { status: 200, body: read(subject, request) };
}
