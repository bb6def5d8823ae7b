import { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { type AnswerCache, createSourceFetch } from './fetch-source.ts';
import { type Answer, checkCount, readSubject } from './read-subject.ts';
import type { CollectorOptions, Reading } from './reading.ts';
import { orFault, SourceFault } from './source-fault.ts';
import { parseRepository } from './subjects.ts';

/** Ten pages of a hundred: a project with more releases than that is not counted. */
const MAX_RELEASE_PAGES = 10;
const PAGE = 100;

const releasePage = z.array(z.object({ assets: z.array(z.object({ download_count: z.unknown() })) }));
const record = z.record(z.string(), z.unknown());

type Repository = NonNullable<ReturnType<typeof parseRepository>>;

/**
 * Stars, forks, watchers, open issues, downloads of releases, and traffic, which GitHub shows to those who may write.
 *
 * @param options.cache of the answers of earlier runs: what did not change does not count against the limit
 */
export async function collectGitHub(
  options: CollectorOptions & { readonly cache?: AnswerCache },
): Promise<Reading[]> {
  const { baseUrl, token, signal } = options;
  const octokit = new Octokit({
    ...(baseUrl === null ? {} : { baseUrl }),
    ...(token === null ? {} : { auth: token }),
    // What goes wrong is in the readings.
    log: { debug() {}, info() {}, warn() {}, error() {} },
    request: { fetch: createSourceFetch({ ...options, source: 'GitHub' }) },
  });
  const readings: Reading[] = [];
  for (const subject of options.subjects) {
    const repository = parseRepository(subject)!;
    readings.push(
      ...(await readSubject('github', subject, options, async () => {
        const { data } = await octokit.rest.repos.get(repository);
        const about = record.safeParse(data).data ?? {};
        return {
          rawId: about.id,
          figures: {
            stars: about.stargazers_count,
            forks: about.forks_count,
            // `watchers_count` is the stars once more (GitHub REST API, "Starring").
            watchers: about.subscribers_count,
            openIssues: about.open_issues_count,
            releaseDownloads: await orFault(signal, () => countReleaseDownloads(octokit, repository)),
            ...(await readTraffic(octokit, repository, options)),
          },
        };
      })),
    );
  }
  return readings;
}

/** @throws SourceFault */
async function countReleaseDownloads(octokit: Octokit, repository: Repository): Promise<number> {
  let sum = 0;
  for (let page = 1; page <= MAX_RELEASE_PAGES; page++) {
    const { data } = await octokit.rest.repos.listReleases({ ...repository, per_page: PAGE, page });
    const releases = releasePage.safeParse(data).data;
    if (!releases) {
      throw new SourceFault(
        'source-nonsense',
        'GitHub gave something for its releases that is no list of them.',
      );
    }
    for (const { download_count } of releases.flatMap(({ assets }) => assets)) {
      const downloads = checkCount('github', 'releaseDownloads', download_count);
      if (downloads instanceof SourceFault) throw downloads;
      sum += downloads;
    }
    if (releases.length < PAGE) return sum;
  }
  throw new SourceFault(
    'source-absent',
    `There are more than ${MAX_RELEASE_PAGES * PAGE} releases: their downloads were not counted.`,
  );
}

async function readTraffic(
  octokit: Octokit,
  repository: Repository,
  { token, signal }: CollectorOptions,
): Promise<Answer['figures']> {
  const needsAccess = new SourceFault(
    'source-restricted',
    'GitHub shows traffic to those who may write to the repository: set GITHUB_TOKEN to a token of one of them.',
  );
  const read = async (ask: () => Promise<{ data: unknown }>) => {
    if (token === null) return needsAccess;
    const answer = await orFault(signal, async () => record.safeParse((await ask()).data).data ?? {});
    if (!(answer instanceof SourceFault)) return answer;
    return answer.code === 'source-restricted' ? needsAccess : answer;
  };
  const views = await read(() => octokit.rest.repos.getViews(repository));
  const clones = await read(() => octokit.rest.repos.getClones(repository));
  const [viewFault, cloneFault] = [views, clones].map(part => (part instanceof SourceFault ? part : null));
  return {
    views14Days: viewFault ?? (views as Record<string, unknown>).count,
    visitors14Days: viewFault ?? (views as Record<string, unknown>).uniques,
    clones14Days: cloneFault ?? (clones as Record<string, unknown>).count,
    cloners14Days: cloneFault ?? (clones as Record<string, unknown>).uniques,
  };
}
