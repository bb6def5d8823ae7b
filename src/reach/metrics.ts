import type { SourceName } from './reading.ts';
import type { SubjectKind } from './subjects.ts';

/** What is measured of each kind of subject; docs/reach.md says what each figure means. */
const METRICS: Readonly<Record<SourceName, Readonly<Record<string, readonly SubjectKind[]>>>> = {
  huggingface: {
    downloads30Days: ['model', 'dataset'],
    downloadsAllTime: ['model', 'dataset'],
    likes: ['model', 'dataset', 'space'],
  },
  github: {
    stars: ['repository'],
    forks: ['repository'],
    watchers: ['repository'],
    openIssues: ['repository'],
    releaseDownloads: ['repository'],
    views14Days: ['repository'],
    visitors14Days: ['repository'],
    clones14Days: ['repository'],
    cloners14Days: ['repository'],
  },
  x: {
    likes: ['post'],
    reposts: ['post'],
    replies: ['post'],
    quotes: ['post'],
    bookmarks: ['post'],
    impressions: ['post'],
    engagements: ['post'],
    followers: ['account'],
  },
  reddit: { score: ['post'], comments: ['post'], engagements: ['post'] },
};

/** The names of all metrics of a source. */
export function metricsOf(source: SourceName): string[] {
  return Object.keys(METRICS[source]);
}

/** The metrics that there are of one kind of subject. */
export function metricsOfKind(source: SourceName, kind: SubjectKind): string[] {
  return metricsOf(source).filter(metric => METRICS[source][metric]!.includes(kind));
}
