import type { Sample } from '../store/store.ts';

/** A sample that does not know its slot yet. */
export type Reading = Omit<Sample, 'slot'>;

export const SOURCES = ['huggingface', 'github', 'x', 'reddit'] as const;
export type SourceName = (typeof SOURCES)[number];

/** What people call the sources. */
export const SOURCE_TITLES = {
  huggingface: 'Hugging Face',
  github: 'GitHub',
  x: 'X',
  reddit: 'Reddit',
} as const satisfies Record<SourceName, string>;

export interface CollectorOptions<Token = string> {
  /** Where the API lies where it is not the source's own: `http://127.0.0.1:1234`. */
  readonly baseUrl: string | null;
  readonly token: Token | null;
  /** As the goals file writes them (`subjects.ts`). */
  readonly subjects: readonly string[];
  /** The wall clock: milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** The first wait before a request is made again; it doubles. A second unless told. */
  readonly retryMs?: number;
}

/**
 * Asks one source for all figures of its subjects.
 *
 * @returns a reading for every metric of every subject: what could not be had has its reason
 * @throws the signal's reason when aborted; nothing that the source does or does not do
 */
export type Collector<Token = string> = (options: CollectorOptions<Token>) => Promise<Reading[]>;
