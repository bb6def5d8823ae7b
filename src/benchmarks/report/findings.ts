import type { RunScores } from '../scores.ts';

/** The differences that were shown, and in short between whom none was shown on what. */
export function findingsOf({ claims, comparisons, measures }: RunScores): string[] {
  const verdictOf = (claim: RunScores['claims'][number]) =>
    comparisons.find(({ measure, a, b }) => measure === claim.measure && a === claim.a && b === claim.b)
      ?.verdict;
  const { shown = [], open = [] } = Object.groupBy(claims, claim =>
    verdictOf(claim) === 'no-difference-shown' ? 'open' : 'shown',
  );
  const pairs = Map.groupBy(open, ({ a, b }) => JSON.stringify([a, b]));
  const rest = [...pairs.values()].map(group => {
    const labels = group.map(({ measure }) => measures.find(({ key }) => key === measure)?.label ?? measure);
    const { a, b } = group[0]!;
    return `No difference is shown between ${a} and ${b} on ${labels.join(', ')}.`;
  });
  return [...shown.map(({ text }) => text), ...rest];
}
