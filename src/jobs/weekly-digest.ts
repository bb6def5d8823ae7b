import { altTextOf, dayOf } from '../charts/time-chart.ts';
import { describeGoal } from '../reach/describe-goal.ts';
import { goalsChart } from '../reach/goals-chart.ts';
import { readGoalsFile } from '../reach/goals-file.ts';
import { type GoalReport, reportGoals } from '../reach/report-goals.ts';
import type { AnnouncementMessage } from './announcement-message.ts';
import type { Job, JobContext } from './job.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const CHART_DAYS = 28;
const MOST_RUNS = 1000;

export const weeklyDigestJob: Job = {
  name: 'weekly-digest',
  summary: 'tell how the week went: goals with a chart, descriptions, jobs that failed',
  cron: '0 9 * * 1',
  timeoutMs: 300_000,
  lateMs: 12 * 3_600_000,
  isRepeatable: true,
  async run(context, signal) {
    const { slot, store, now, tell, goalsFile } = context;
    if (tell.length === 0) return;
    const plan = await readGoalsFile(goalsFile);
    const reports = await reportGoals(plan, store.samples, slot);
    signal.throwIfAborted();
    const message: AnnouncementMessage = {
      heading: `The week to ${dayOf(slot)}: ${plan.model}`,
      texts: [
        ...reports.map(report => describeWeek(report, slot)),
        await describeDescriptions(context),
        await describeFailures(context),
      ],
      picture: await drawGoals(reports, context),
    };
    signal.throwIfAborted();
    await store.announcements.add(`digest:${slot}`, message, tell, now());
  },
};

function describeWeek(report: GoalReport, until: number): string {
  const { goal, latest, days } = report;
  const aim = `the goal is more than ${goal.moreThan.toLocaleString('en')} ${goal.unit}`;
  if (!latest) return [`${goal.name}: not measured; ${aim}.`, ...describeGoal(report)].join(' ');
  const before = days.findLast(({ at, known }) => at <= until - WEEK_MS && known !== null)?.known;
  const change =
    before === undefined || before === null ? '' : `, ${signed(latest.value - before)} this week`;
  const figure = `${goal.name}: ${latest.value.toLocaleString('en')}${change}; ${aim}.`;
  return [figure, ...describeGoal(report)].join(' ');
}

function signed(change: number): string {
  return change < 0 ? `−${(-change).toLocaleString('en')}` : `+${change.toLocaleString('en')}`;
}

async function describeDescriptions({ store, slot }: JobContext): Promise<string> {
  const totals = await store.descriptions.totals({ from: slot - WEEK_MS, until: slot });
  if (totals.descriptions === 0) return 'The bots described no images this week.';
  const { supportedPer100Words: supported, contradictedShare: contradicted } = totals;
  const figures = [
    ...(supported === null ? [] : [`${supported.toFixed(1)} supported adjectives per 100 words`]),
    ...(contradicted === null
      ? []
      : [`${Math.round(100 * contradicted)} % of the checkable ones contradicted`]),
  ];
  const measured = figures.length > 0 ? `, ${figures.join(', ')}` : '';
  return `Images described by the bots and kept in the statistics: ${totals.descriptions.toLocaleString('en')}${measured}.`;
}

async function describeFailures({ store, slot, now }: JobContext): Promise<string> {
  const outcomes = ['failed', 'timed-out', 'lost', 'missed'] as const;
  const runs = await store.jobs.history({ outcomes, limit: MOST_RUNS, now: now() });
  const failed = runs.filter(({ slot: at }) => at >= slot - WEEK_MS && at < slot);
  if (failed.length === 0) return 'No job failed.';
  const counts = [...Map.groupBy(failed, ({ job }) => job)].map(([job, { length }]) => `${job} (${length})`);
  return `Runs of jobs that failed, were lost or missed: ${counts.join(', ')}.`;
}

/** The goals by day, each as a share of its target; null where nothing was measured. */
async function drawGoals(
  reports: readonly GoalReport[],
  { slot, drawChart }: JobContext,
): Promise<AnnouncementMessage['picture']> {
  const chart = goalsChart(reports, 'Goals of the launch', { from: slot - CHART_DAYS * DAY_MS, until: slot });
  if (chart === null) return null;
  const png = await drawChart(chart);
  return {
    pngBase64: Buffer.from(png).toString('base64'),
    fileName: `goals-${dayOf(slot)}.png`,
    altText: altTextOf(chart),
  };
}
