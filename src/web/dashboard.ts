import type { BenchmarkTable } from '../benchmarks/latest-table.ts';
import type { ChartDrawer } from '../charts/chart-drawer.ts';
import type { TimeChart } from '../charts/time-chart.ts';
import { type JobState, readJobStates } from '../jobs/job-states.ts';
import type { ScheduledJob } from '../jobs/read-jobs-file.ts';
import { goalsChart } from '../reach/goals-chart.ts';
import type { GoalReport } from '../reach/report-goals.ts';
import type { DensityDay, DensityTotals, Store } from '../store/store.ts';
import { densityChart } from './density-chart.ts';
import { recall } from './recall.ts';
import type { WebLog } from './request-log.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
/** A launch and what follows. */
const REACH_DAYS = 90;
const MAX_MODELS = 20;
/** What is shown may be so old: the same questions are not asked of the store for everyone who looks. */
const FRESH_MS = 10_000;

/** Where the figures come from. */
export interface DashboardOptions {
  readonly store: Pick<Store, 'descriptions' | 'jobs'>;
  readonly readGoals: () => Promise<readonly GoalReport[]>;
  readonly readBenchmark: () => Promise<BenchmarkTable | null>;
  readonly scheduled: readonly ScheduledJob[];
  readonly charts: Pick<ChartDrawer, 'drawSvg'>;
}

/** Of the request that reads: others that come in the meantime share what it read. */
type ReadLog = Pick<WebLog, 'error'>;

/** Null where it could not be read. */
export interface DashboardFigures {
  readonly days: readonly DensityDay[] | null;
  readonly models: readonly ModelFigures[] | null;
  readonly goals: readonly GoalReport[] | null;
  readonly jobs: readonly JobState[] | null;
  /** Its table is null where there has been no benchmark. */
  readonly benchmark: { readonly table: BenchmarkTable | null } | null;
  /** Null where there is nothing to draw, too. */
  readonly charts: Readonly<Record<ChartName, TimeChart | null>>;
  readonly readAt: number;
}

export type ModelFigures = DensityTotals & { readonly engine: string; readonly model: string };

const CHART_NAMES = ['density', 'goals'] as const;
type ChartName = (typeof CHART_NAMES)[number];

/** The looks of a chart, by name: of a desk and of a phone, for light and dark. */
const LOOKS = {
  'wide-light': {},
  'wide-dark': { isDark: true },
  'narrow-light': { width: 350 },
  'narrow-dark': { width: 350, isDark: true },
} as const;

export interface Dashboard {
  read(log: ReadLog): Promise<DashboardFigures>;
  /**
   * Draws a chart as SVG.
   *
   * @param file `density-wide-light`
   * @returns null where there is no such chart, or nothing to draw
   */
  draw(file: string, log: ReadLog): Promise<string | null>;
}

/** What the dashboard shows: descriptions of the last 30 days, reach of the last 90. */
export function createDashboard(options: DashboardOptions): Dashboard {
  const { store, readGoals, readBenchmark, scheduled, charts } = options;
  const read = recall(FRESH_MS, async (log: ReadLog): Promise<DashboardFigures> => {
    const orNull = async <T>(reading: Promise<T>): Promise<T | null> => {
      try {
        return await reading;
      } catch (error) {
        log.error({ err: error }, 'the dashboard could not be read');
        return null;
      }
    };
    const until = Date.now();
    const span = { from: until - DAYS * DAY_MS, until };
    const [days, models, goals, jobs, benchmark] = await Promise.all([
      orNull(store.descriptions.days(span)),
      orNull(store.descriptions.byModel(span, MAX_MODELS)),
      orNull(readGoals()),
      orNull(readJobStates(scheduled, store.jobs, until)),
      orNull(readBenchmark().then(table => ({ table }))),
    ]);
    return {
      ...{ days, models, goals, jobs, benchmark, readAt: until },
      charts: {
        density: days && densityChart(days, span.from, until),
        goals: goals && drawnGoals(goals, until),
      },
    };
  });
  const drawings = new Map(
    CHART_NAMES.flatMap(name =>
      Object.entries(LOOKS).map(([look, style]) => [
        `${name}-${look}`,
        recall(FRESH_MS, async (log: ReadLog) => {
          const chart = (await read(log)).charts[name];
          return chart && (await charts.drawSvg(chart, style));
        }),
      ]),
    ),
  );
  return { read, draw: async (file, log) => (await drawings.get(file)?.(log)) ?? null };
}

/** Since the first day that was measured, for 90 days at most. */
function drawnGoals(goals: readonly GoalReport[], until: number): TimeChart | null {
  const since = until - REACH_DAYS * DAY_MS;
  const days = goals.flatMap(report => report.days.map(({ day }) => day)).filter(day => day >= since);
  return days.length === 0 ? null : goalsChart(goals, 'Goals', { from: Math.min(...days), until });
}
