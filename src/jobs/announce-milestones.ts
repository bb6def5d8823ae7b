import { describeGoal } from '../reach/describe-goal.ts';
import { readGoalsFile } from '../reach/goals-file.ts';
import { type GoalReport, reportGoals } from '../reach/report-goals.ts';
import { parseChannel } from './channels.ts';
import type { Job } from './job.ts';

const SHARES = [25, 50, 100] as const;
/** In the order in which they are passed. At 100 % a goal is not met yet: it has to be exceeded. */
const STEPS = [...SHARES, 'met'] as const;
type Step = (typeof STEPS)[number];

export const announceMilestonesJob: Job = {
  name: 'announce-milestones',
  summary: 'tell a goal’s channels when it is a quarter, half and wholly reached, and when it is met',
  cron: '20 * * * *',
  timeoutMs: 120_000,
  lateMs: 3_000_000,
  isRepeatable: true,
  async run({ goalsFile, store, now }, signal) {
    const reports = await reportGoals(await readGoalsFile(goalsFile), store.samples, now());
    for (const report of reports) {
      signal.throwIfAborted();
      const { goal } = report;
      const step = highestStep(report);
      if (step === null || goal.tell.length === 0) continue;
      // Of steps that are passed together only the last is told, and none after a later one where a figure went down.
      const rest = STEPS.slice(STEPS.indexOf(step)).map(other => keyOf(report, other));
      if ((await store.announcements.known(rest)).size > 0) continue;
      await store.announcements.add(
        keyOf(report, step),
        messageOf(report, step),
        goal.tell.map(parseChannel),
        now(),
      );
    }
  },
};

/** A goal that is changed has milestones of its own. */
function keyOf({ goal }: GoalReport, step: Step): string {
  return `goal:${goal.id}:${goal.moreThan}:${step}`;
}

function highestStep({ state, goal, latest }: GoalReport): Step | null {
  if (state === 'met') return 'met';
  if (state !== 'under-way' || !latest || goal.moreThan === 0) return null;
  return SHARES.findLast(share => latest.value >= (share / 100) * goal.moreThan) ?? null;
}

function messageOf(report: GoalReport, step: Step) {
  const { goal, latest } = report;
  const figure = latest ? `${latest.value.toLocaleString('en')} ${goal.unit}` : '';
  const heading = step === 'met' ? `Goal met: ${goal.name}` : `${step} % reached: ${goal.name}`;
  const texts = [
    `${figure}; the goal is more than ${goal.moreThan.toLocaleString('en')}.`,
    describeGoal(report).join(' '),
  ];
  return { heading, texts: texts.filter(text => text !== ''), picture: null };
}
