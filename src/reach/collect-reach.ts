import type { Sample, SampleStore } from '../store/store.ts';
import { collectGitHub } from './collect-github.ts';
import { collectHuggingFace } from './collect-huggingface.ts';
import { collectReddit, type RedditApp } from './collect-reddit.ts';
import { collectX } from './collect-x.ts';
import type { AnswerCache } from './fetch-source.ts';
import { toReadings } from './read-subject.ts';
import { type CollectorOptions, type Reading, SOURCE_TITLES, SOURCES, type SourceName } from './reading.ts';
import { SourceFault } from './source-fault.ts';

/** One sample of a figure is kept for each of these, in milliseconds. */
export const SLOT_MS = 3_600_000;
/** For one source. Well within the slot. */
const SOURCE_MS = 300_000;

interface SourceAccess<Token = string> {
  readonly baseUrl: string | null;
  readonly token: Token | null;
}

export type ReachAccess = Readonly<Record<Exclude<SourceName, 'reddit'>, SourceAccess>> & {
  readonly reddit: SourceAccess<RedditApp>;
};

export interface CollectOptions {
  readonly access: ReachAccess;
  readonly subjects: Readonly<Record<SourceName, readonly string[]>>;
  readonly store: Pick<SampleStore, 'add'>;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly log: { error(fields: object, message: string): void };
  /** Kept from run to run by who runs several. */
  readonly gitHubAnswers?: AnswerCache;
  readonly retryMs?: number;
  /** The longest time for one source; 5 minutes unless told. */
  readonly sourceMs?: number;
}

/**
 * Asks all sources at once for all figures and writes them as the samples of the hour that it is. A source is written as
 * soon as it is through: no other one can hold it up.
 *
 * @returns what was found, of every subject and metric
 * @throws StoreError; the signal's reason when aborted
 */
export async function collectReach(options: CollectOptions): Promise<Sample[]> {
  const { store, now } = options;
  const startedAt = now();
  const slot = startedAt - (startedAt % SLOT_MS);
  const runs = await Promise.allSettled(
    SOURCES.map(async source => {
      const samples = (await collectFrom(source, options)).map(reading => ({ ...reading, slot }));
      if (samples.length > 0) await store.add(samples);
      return samples;
    }),
  );
  // Only now: nothing of this run goes on after it.
  return runs.flatMap(run => {
    if (run.status === 'rejected') throw run.reason;
    return run.value;
  });
}

async function collectFrom(source: SourceName, options: CollectOptions): Promise<Reading[]> {
  const { access, now, signal, log, retryMs, gitHubAnswers, sourceMs = SOURCE_MS } = options;
  const subjects = [...new Set(options.subjects[source])];
  if (subjects.length === 0) return [];
  const deadline = AbortSignal.timeout(sourceMs);
  const shared = {
    subjects,
    now,
    signal: AbortSignal.any([signal, deadline]),
    ...(retryMs === undefined ? {} : { retryMs }),
  } satisfies Partial<CollectorOptions>;
  try {
    switch (source) {
      case 'huggingface':
        return await collectHuggingFace({ ...access.huggingface, ...shared });
      case 'github':
        return await collectGitHub({
          ...access.github,
          ...shared,
          ...(gitHubAnswers ? { cache: gitHubAnswers } : {}),
        });
      case 'x':
        return await collectX({ ...access.x, ...shared });
      case 'reddit':
        return await collectReddit({ ...access.reddit, ...shared });
    }
  } catch (error) {
    signal.throwIfAborted();
    const title = SOURCE_TITLES[source];
    // A fault of ours in one source does not cost the figures of the others.
    if (!deadline.aborted) log.error({ source, err: error }, 'a source could not be collected');
    const fault = deadline.aborted
      ? new SourceFault('source-down', `${title} took longer than ${sourceMs / 1000} seconds.`)
      : new SourceFault('source-nonsense', `${title} gave what the program cannot read: its log says more.`);
    return subjects.flatMap(subject => toReadings(source, subject, now(), fault));
  }
}
