import { dayOf } from '../../charts/time-chart.ts';
import type { CommandCall } from './bot-commands.ts';
import type { Context } from './context.ts';
import type { GoalProgress } from './goal-progress.ts';
import { oneLine } from './shown-text.ts';

/** Discord shows 25 fields at most. */
const MAX_GOALS = 20;

/** A field takes 1,024 characters on Discord. */
const MAX_REMARK_CHARS = 600;

/** `goals`: each launch goal beside the latest that was measured, its pace, and what is not known. */
export async function goalsCommand({ readGoals }: Context, { responder }: CommandCall): Promise<void> {
  const goals = (await readGoals()).slice(0, MAX_GOALS);
  const facts = goals.map(goal => ({ name: oneLine(goal.name, 100, 'Goal'), value: standingOf(goal) }));
  await responder.show({
    isPrivate: false,
    blocks: [
      { type: 'heading', text: 'Launch goals' },
      facts.length > 0 ? { type: 'facts', facts } : { type: 'text', text: 'No goals are set.' },
    ],
    actions: [],
  });
}

function standingOf(goal: GoalProgress): string {
  const remarks = goal.remarks.length === 0 ? '' : ` · ${oneLine(goal.remarks.join(' '), MAX_REMARK_CHARS)}`;
  return `${progressOf(goal)}${remarks}`;
}

function progressOf({ target, unit, dueAt, latest }: GoalProgress): string {
  const wanted = `more than ${target.toLocaleString('en')} ${oneLine(unit, 60)}${dueAt === null ? '' : ` by ${dayOf(dueAt)}`}`;
  if (!latest) return `not measured yet, of ${wanted}`;
  const share = target > 0 ? ` (${Math.floor((100 * latest.value) / target)} %)` : '';
  return `${latest.value.toLocaleString('en')} of ${wanted}${share} · ${oneLine(latest.source, 60)}, ${dayOf(latest.takenAt)}`;
}
