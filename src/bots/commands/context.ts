import type { BenchmarkTable } from '../../benchmarks/latest-table.ts';
import type { ChartDrawer } from '../../charts/chart-drawer.ts';
import type { BotsConfig } from '../../config/config.ts';
import type { NarrationService } from '../../inference/narration-service.ts';
import type { Approvals } from '../../launch/approval/approvals.ts';
import type { RateLimiter } from '../../rate-limiter.ts';
import type { Store } from '../../store/store.ts';
import type { WorkBook } from './accepted-work.ts';
import type { BotMetrics } from './bot-metrics.ts';
import type { DescribeImages } from './describe-images.ts';
import type { EventDesk } from './event-desk.ts';
import type { GoalProgress } from './goal-progress.ts';
import type { KnownReplies } from './known-replies.ts';
import type { Logger } from './logger.ts';
import type { RememberedSettings } from './remembered-settings.ts';
import type { TryStore } from './try-store.ts';

export interface BotCommandsOptions {
  readonly store: Store;
  readonly narration: NarrationService;
  readonly bots: BotsConfig;
  /** The names of the configured engines, the default first. */
  readonly engines: readonly string[];
  /** The launch goals with the latest that was measured of each. */
  readonly readGoals: () => Promise<readonly GoalProgress[]>;
  /** The newest benchmark run; there is none unless given. */
  readonly readBenchmark?: () => Promise<BenchmarkTable | null>;
  /** Decisions over threads; null where none can be made here. */
  readonly approvals?: Approvals | null;
  readonly log: Logger;
  /** Counts nothing unless given. */
  readonly metrics?: BotMetrics;
  /** The wall clock: milliseconds since the epoch. */
  readonly now?: () => number;
  /** The least time between two edits of a reply while a text grows; `EDIT_INTERVAL_MS` unless told. */
  readonly editIntervalMs?: number;
}

/** What the commands share. */
export interface Context extends Required<BotCommandsOptions> {
  readonly tryStore: TryStore;
  readonly settings: RememberedSettings;
  readonly replies: KnownReplies;
  readonly work: WorkBook;
  readonly limiter: RateLimiter;
  readonly describeImages: DescribeImages;
  readonly desk: EventDesk;
  readonly charts: ChartDrawer;
}
