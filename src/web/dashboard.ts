import type { GoalProgress } from '../bots/commands/goal-progress.ts';
import type { ChartDrawer } from '../charts/chart-drawer.ts';
import type { TimeChart } from '../charts/time-chart.ts';
import type { DensityDay, DensityTotals, DescriptionStore } from '../store/store.ts';
import { densityChart } from './density-chart.ts';
import { recall } from './recall.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
const MAX_MODELS = 20;
/** What is shown may be so old: the same questions are not asked of the store for everyone who looks. */
const FRESH_MS = 10_000;

/** Where the figures come from. */
export interface DashboardOptions {
  readonly descriptions: Pick<DescriptionStore, 'days' | 'byModel'>;
  readonly readGoals: () => Promise<readonly GoalProgress[]>;
  readonly charts: Pick<ChartDrawer, 'drawSvg'>;
  readonly onError: (error: unknown) => void;
}

/** Null where the store did not answer. */
export interface DashboardFigures {
  readonly days: readonly DensityDay[] | null;
  readonly chart: TimeChart | null;
  readonly models: readonly ModelFigures[] | null;
  readonly goals: readonly GoalProgress[] | null;
  readonly readAt: number;
}

export type ModelFigures = DensityTotals & { readonly engine: string; readonly model: string };

/** The looks of the chart, by name: of a desk and of a phone, for light and dark. */
export const CHART_LOOKS = {
  'wide-light': {},
  'wide-dark': { isDark: true },
  'narrow-light': { width: 350 },
  'narrow-dark': { width: 350, isDark: true },
} as const;
export type ChartLookName = keyof typeof CHART_LOOKS;

export interface Dashboard {
  read(): Promise<DashboardFigures>;
  /** @returns SVG, or null where the store did not answer */
  draw(look: ChartLookName): Promise<string | null>;
}

/** What the dashboard shows, of the last 30 days. */
export function createDashboard({ descriptions, readGoals, charts, onError }: DashboardOptions): Dashboard {
  const orNull = async <T>(reading: Promise<T>): Promise<T | null> => {
    try {
      return await reading;
    } catch (error) {
      onError(error);
      return null;
    }
  };
  const read = recall(FRESH_MS, async (): Promise<DashboardFigures> => {
    const until = Date.now();
    const span = { from: until - DAYS * DAY_MS, until };
    const [days, models, goals] = await Promise.all([
      orNull(descriptions.days(span)),
      orNull(descriptions.byModel(span, MAX_MODELS)),
      orNull(readGoals()),
    ]);
    return { days, chart: days && densityChart(days, span.from, until), models, goals, readAt: until };
  });
  const drawings = Object.fromEntries(
    Object.entries(CHART_LOOKS).map(([name, look]) => [
      name,
      recall(FRESH_MS, async () => {
        const { chart } = await read();
        return chart && (await charts.drawSvg(chart, look));
      }),
    ]),
  ) as Record<ChartLookName, () => Promise<string | null>>;
  return { read, draw: look => drawings[look]() };
}
