import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CHANNEL_FORM, CHANNEL_SHOULD_BE } from '../channel-form.ts';
import { NarratorError } from '../errors.ts';
import { metricsOf, metricsOfKind } from './metrics.ts';
import { SOURCE_TITLES, SOURCES, type SourceName } from './reading.ts';
import { kindOf, SUBJECT_FORMS } from './subjects.ts';

/** What the team wants to reach, and what is asked of the sources for it. */
export interface ReachPlan {
  /** The model that is launched. */
  readonly model: string;
  /** Milliseconds since the epoch; null where the day is not set. */
  readonly launchAt: number | null;
  /** What is measured, by source. */
  readonly subjects: Readonly<Record<SourceName, readonly string[]>>;
  readonly goals: readonly Goal[];
}

export interface Goal {
  readonly id: string;
  readonly name: string;
  /** Met by more than this. */
  readonly moreThan: number;
  /** What is counted, in the plural. */
  readonly unit: string;
  /** All of these together. */
  readonly measures: readonly Measure[];
  /** All that there are, or those that came since the launch. */
  readonly count: 'total' | 'gained';
  /** Counted until so many days after the launch; null: without an end. */
  readonly firstDays: number | null;
  /** Channels, as `discord:<id>` or `slack:<id>`. */
  readonly tell: readonly string[];
}

interface Measure {
  readonly source: SourceName;
  readonly metric: string;
  /** Of the plan's subjects of that source; null: all that have the metric. */
  readonly subjects: readonly string[] | null;
}

/** No source is asked for more: a run has to be done within its hour. */
const MAX_SUBJECTS = 100;
const MAX_GOALS = 20;
const DAY_MS = 86_400_000;

const line = z.string().trim().min(1, 'should not be empty').max(200);
const subjects = (source: SourceName) =>
  z
    .array(
      z.string().refine(subject => kindOf(source, subject) !== null, `should be ${SUBJECT_FORMS[source]}`),
    )
    .max(MAX_SUBJECTS)
    .default([]);

const measure = z.strictObject({
  source: z.enum(SOURCES, `should be one of ${SOURCES.join(', ')}`),
  metric: z.string(),
  subjects: z.array(z.string()).min(1, 'should name some, or be left out for all').optional(),
});

const goal = z.strictObject({
  // Four of them stand side by side above a chart.
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,15}$/, 'should be a name of up to 16 small letters, digits and hyphens'),
  name: line,
  moreThan: z.number('should be the number to exceed').nonnegative().max(1e12),
  unit: line,
  measures: z.array(measure).min(1, 'should name at least one').max(20),
  count: z.enum(['total', 'gained'], 'should be total, or gained (since the launch)').default('total'),
  window: z
    .string()
    .regex(/^first [1-9]\d{0,2} days after launch$/, 'should be null, or such as "first 7 days after launch"')
    .nullable()
    .default(null),
  tell: z.array(z.string().regex(CHANNEL_FORM, CHANNEL_SHOULD_BE)).max(20).default([]),
});

const file = z.strictObject({
  model: line,
  launch: z.iso
    .datetime({ offset: true, error: 'should be null, or a moment such as "2026-12-01T09:00:00Z"' })
    .nullable(),
  subjects: z.strictObject({
    huggingface: subjects('huggingface'),
    github: subjects('github'),
    x: subjects('x'),
    reddit: subjects('reddit'),
  }),
  goals: z.array(goal).max(MAX_GOALS),
});

/** The goals file cannot be used: its message is a list of everything that is wrong with it. */
export class GoalsError extends NarratorError {
  readonly faults: readonly string[];

  constructor(path: string, faults: readonly string[], cause?: unknown) {
    const list = faults.map(fault => `  - ${fault}`).join('\n');
    super(
      'bad-goals',
      `The goals in ${path} cannot be used:\n${list}`,
      cause === undefined ? undefined : { cause },
    );
    this.faults = faults;
  }
}

/**
 * Reads the goals.
 *
 * @throws GoalsError with all faults at once, each naming its place
 */
export async function readGoalsFile(path: string): Promise<ReachPlan> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const fault = error instanceof SyntaxError ? `It is no JSON: ${error.message}.` : 'It cannot be read.';
    throw new GoalsError(path, [fault], error);
  }
  const { data, error } = file.safeParse(content);
  if (!data) {
    throw new GoalsError(
      path,
      error.issues.map(
        ({ path: place, message }) =>
          `${place.map(String).join('.') || 'The file'} ${decapitalise(message)}.`,
      ),
    );
  }
  const faults = findFaults(data);
  if (faults.length > 0) throw new GoalsError(path, faults);
  return {
    model: data.model,
    launchAt: data.launch === null ? null : Date.parse(data.launch),
    subjects: data.subjects,
    goals: data.goals.map(({ window, measures, ...rest }) => ({
      ...rest,
      measures: measures.map(each => ({ ...each, subjects: each.subjects ?? null })),
      firstDays: window === null ? null : Number(/\d+/.exec(window)![0]),
    })),
  };
}

/** What no field shows by itself. */
function findFaults({ subjects: all, goals }: z.output<typeof file>): string[] {
  const faults: string[] = [];
  for (const source of SOURCES) {
    const twice = all[source].filter((subject, index) => all[source].indexOf(subject) !== index);
    for (const subject of new Set(twice)) faults.push(`subjects.${source} should name ${subject} once.`);
  }
  goals.forEach(({ id, measures }, index) => {
    const place = `goals.${index}`;
    if (goals.findIndex(other => other.id === id) !== index)
      faults.push(`${place}.id should be its own: ${id} is there twice.`);
    measures.forEach(({ source, metric, subjects: some }, number) => {
      const at = `${place}.measures.${number}`;
      if (!metricsOf(source).includes(metric)) {
        faults.push(
          `${at}.metric should be one of ${SOURCE_TITLES[source]}’s: ${metricsOf(source).join(', ')}.`,
        );
        return;
      }
      for (const subject of some ?? []) {
        if (!all[source].includes(subject)) {
          faults.push(`${at}.subjects should be among subjects.${source}: ${subject} is not.`);
        } else if (!metricsOfKind(source, kindOf(source, subject)!).includes(metric)) {
          faults.push(`${at}.subjects should have ${metric}: ${subject} has not.`);
        }
      }
    });
  });
  return faults;
}

function decapitalise(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}

/** From (inclusive) and until (exclusive), in milliseconds since the epoch; null where the goal or the launch has none. */
export function windowOf(
  { firstDays }: Goal,
  launchAt: number | null,
): { readonly from: number; readonly until: number } | null {
  if (firstDays === null || launchAt === null) return null;
  return { from: launchAt, until: launchAt + firstDays * DAY_MS };
}

/** What a goal is measured by. */
export function keysOf({ measures }: Goal, plan: Pick<ReachPlan, 'subjects'>) {
  return measures.flatMap(({ source, metric, subjects: some }) =>
    (some ?? plan.subjects[source])
      .filter(subject => metricsOfKind(source, kindOf(source, subject)!).includes(metric))
      .map(subject => ({ source, subject, metric })),
  );
}
