import type { TimeChart } from '../charts/time-chart.ts';
import type { LaunchConfig } from '../config/config.ts';
import type { NarrationService } from '../inference/narration-service.ts';
import type { ReachAccess } from '../reach/collect-reach.ts';
import type { AnswerCache } from '../reach/fetch-source.ts';
import type { AnnouncementChannel } from '../store/announcement-store.ts';
import type { Store } from '../store/store.ts';

export interface JobLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a run of a job works with. */
export interface JobContext {
  /** The time that the run was scheduled for, in milliseconds since the epoch; it may be a little later now. */
  readonly slot: number;
  readonly now: () => number;
  readonly store: Store;
  readonly narration: Pick<NarrationService, 'describe'>;
  /** The names of the engines that are set up. */
  readonly engines: readonly string[];
  /** Where pulled models lie. */
  readonly cacheFolder: string;
  /** The goals and what is measured for them. */
  readonly goalsFile: string;
  readonly reach: ReachAccess;
  /** What GitHub answered before: it is not asked for again what did not change. */
  readonly gitHubAnswers: AnswerCache;
  /** How threads are posted, and from which account. */
  readonly launch: LaunchConfig;
  /** Where benchmark runs are kept. */
  readonly benchmarksFolder: string;
  readonly drawChart: (chart: TimeChart) => Promise<Uint8Array>;
  /** Who is told of what concerns all. */
  readonly tell: readonly AnnouncementChannel[];
  readonly log: JobLog;
}

export interface Job {
  readonly name: string;
  /** What it does, for the list. */
  readonly summary: string;
  /** When it runs unless the jobs file says otherwise: a cron pattern. */
  readonly cron: string;
  /** The longest time for a run. */
  readonly timeoutMs: number;
  /** A slot that could not begin in this time is missed. Longer than a run may take. */
  readonly lateMs: number;
  /**
   * Whether a slot whose run was lost with its process is run again. It has to do no harm that the first half of a run
   * happened already.
   */
  readonly isRepeatable: boolean;
  /**
   * One run.
   *
   * @param signal aborted when the time is over or the process is to end: the run has to come to an end soon
   * @throws NarratorError, whose message people read in the history; the signal's reason
   */
  run(context: JobContext, signal: AbortSignal): Promise<void>;
}
