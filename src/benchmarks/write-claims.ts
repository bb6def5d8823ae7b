import { count as countOf } from '../metrics/captions/caption-warnings.ts';
import type { RecordedContender } from './collect-texts.ts';
import { formatBound, formatDifference, formatP } from './format-amount.ts';
import { HEADLINE_MEASURES } from './headline-measures.ts';
import type { Measure, PairedComparison, RunScores } from './scores.ts';

/**
 * Says each comparison on a headline measure in a sentence. A difference is the first one named minus the second. What makes two contenders
 * unequal beside the model (another prompt, or one that nobody knows) is said with it.
 */
export function writeClaims(
  comparisons: readonly PairedComparison[],
  measures: readonly Measure[],
  contenders: readonly RecordedContender[],
): RunScores['claims'] {
  const measureOf = new Map(measures.map(measure => [measure.key, measure]));
  const contenderOf = new Map(contenders.map(contender => [contender.name, contender]));
  const told = comparisons.filter(({ measure }) => HEADLINE_MEASURES.has(measure));
  return told.map(comparison => {
    const { measure: key, a, b } = comparison;
    const caveats = caveatsOf(contenderOf.get(a)!, contenderOf.get(b)!);
    const text = [describeComparison(comparison, measureOf.get(key)!), ...caveats].join(' ');
    return { text, measure: key, a, b };
  });
}

/** One comparison as a sentence. */
function describeComparison(
  { a, b, difference, interval, adjustedP, count, verdict }: PairedComparison,
  { label, unit }: Measure,
): string {
  const images = countOf(count, 'image');
  const swapped = verdict === 'b-better';
  const [first, second] = swapped ? [b, a] : [a, b];
  // Stored as b minus a.
  const [size, low, high] = swapped
    ? [difference, interval.low, interval.high]
    : [-difference, -interval.high, -interval.low];
  const bound = (value: number) => formatBound(value, unit);
  const numbers = `difference ${formatDifference(size, unit)}, 95 % interval ${bound(low)} to ${bound(high)}, adjusted p ${formatP(adjustedP)}`;
  return verdict === 'no-difference-shown'
    ? `On ${images}, no difference shown between ${first} and ${second} on ${label} (${numbers}).`
    : `On ${images}, ${first} is better than ${second} on ${label} (${numbers}).`;
}

function caveatsOf(a: RecordedContender, b: RecordedContender): string[] {
  const recorded = [a, b].filter(({ kind }) => kind === 'recorded').map(({ name }) => name);
  const caveats: string[] = [];
  if (recorded.length > 0)
    caveats.push(
      `What ${recorded.join(' and ')} ${recorded.length === 1 ? 'was' : 'were'} prompted with, and the token limit, are not known here.`,
    );
  else if (a.kind !== b.kind)
    caveats.push(`${a.name} and ${b.name} were not given the same: one rewrites captions.`);
  const [promptA, promptB] = [a.identity?.promptVersion ?? null, b.identity?.promptVersion ?? null];
  if (recorded.length === 0 && promptA !== null && promptB !== null && promptA !== promptB)
    caveats.push(`${a.name} and ${b.name} were not given the same prompt.`);
  return caveats;
}
