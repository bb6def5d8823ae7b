import { z } from 'zod';
import { metricsOfKind } from './metrics.ts';
import { type CollectorOptions, type Reading, SOURCE_TITLES, type SourceName } from './reading.ts';
import { orFault, SourceFault } from './source-fault.ts';
import { kindOf } from './subjects.ts';

/** What a source said about a subject: unchecked figures, and faults in the place of those that it does not give. */
export interface Answer {
  readonly rawId: unknown;
  readonly figures: Readonly<Record<string, unknown>>;
}

const count = z.int().nonnegative();
const rawId = z.union([z.string().min(1).max(100), z.int().transform(String)]);

/**
 * Makes the readings of one subject: one for each of its metrics, whatever happens.
 *
 * @param read throws a SourceFault, bare or within a client's error, where there is no figure at all
 * @throws the signal's reason when aborted; what else `read` throws
 */
export async function readSubject(
  source: SourceName,
  subject: string,
  { now, signal }: Pick<CollectorOptions, 'now' | 'signal'>,
  read: () => Promise<Answer>,
): Promise<Reading[]> {
  const answer = await orFault(signal, read);
  return toReadings(source, subject, now(), answer);
}

/** @param answer a fault: that of every metric */
export function toReadings(
  source: SourceName,
  subject: string,
  takenAt: number,
  answer: Answer | SourceFault,
): Reading[] {
  const kind = kindOf(source, subject);
  if (kind === null) throw new TypeError(`not a subject of ${source}`);
  return metricsOfKind(source, kind).map(metric => {
    const figure =
      answer instanceof SourceFault ? answer : checkCount(source, metric, answer.figures[metric]);
    const id = answer instanceof SourceFault ? null : (rawId.safeParse(answer.rawId).data ?? null);
    const isFault = figure instanceof SourceFault;
    return {
      source,
      subject,
      metric,
      value: isFault ? null : figure,
      outcome: isFault ? figure.outcome : 'value',
      reason: isFault ? figure.message : null,
      takenAt,
      rawId: id,
    };
  });
}

/** A count that a source gave, or the fault in its place. */
export function checkCount(source: SourceName, metric: string, figure: unknown): number | SourceFault {
  if (figure instanceof SourceFault) return figure;
  const { data } = count.safeParse(figure);
  if (data !== undefined) return data;
  const title = SOURCE_TITLES[source];
  if (figure === undefined || figure === null) {
    return new SourceFault('source-absent', `${title} gave no figure for ${metric}.`);
  }
  const shown = JSON.stringify(figure)?.slice(0, 60) ?? typeof figure;
  return new SourceFault('source-nonsense', `${title} gave ${shown} for ${metric}, which is no count.`);
}

/** A figure that is the sum of others; where one of them is not to be had, neither is the sum. */
export function sumOfCounts(
  source: SourceName,
  figures: Readonly<Record<string, unknown>>,
  metrics: readonly string[],
): number | SourceFault {
  let sum = 0;
  for (const metric of metrics) {
    const figure = checkCount(source, metric, figures[metric]);
    if (figure instanceof SourceFault) return figure;
    sum += figure;
  }
  return sum;
}
