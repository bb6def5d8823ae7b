/**
 * Words that set one thing above another. Only sentences from paired tests may: see `RunScores.claims`. "than" catches most
 * ("faster than"); "rather than" and "other than" compare nothing.
 */
const COMPARISON =
  /(?<![\p{L}\p{N}])(?:(?<!\b(?:rather|other) )than|better|best|worse|worst|beat(?:s|en|ing)?|outperform(?:s|ed|ing)?|outscor(?:es?|ed|ing)|outrank(?:s|ed|ing)?|outclass(?:es|ed)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|superior|inferior|faster|fastest|slower|slowest|higher|highest|lower|lowest|larger|largest|smaller|smallest|greater|greatest|richer|richest|denser|densest|cheaper|cheapest|stronger|strongest|weaker|weakest|finest|leads?|leading|leader|ahead|top|tops|topped|win|wins|won|winner|winning|ranks?|ranked|ranking|first place|number one|state[- ]of[- ]the[- ]art|sota|cutting[- ]edge|unmatched|unrivall?ed|unparallell?ed|unbeaten|record[- ](?:breaking|setting|high)|world[- ]class|most accurate|improve(?:s|d|ment|ments)? (?:on|over|upon))(?![\p{L}\p{N}])/giu;

/**
 * Words of comparison in a text, in order.
 *
 * @param allowed texts that may compare where they stand whole: claims, names
 */
export function findComparisons(text: string, allowed: readonly string[] = []): string[] {
  let open = text.normalize('NFKC');
  for (const whole of allowed.map(one => one.normalize('NFKC')).sort((a, b) => b.length - a.length)) {
    if (whole !== '') open = open.replaceAll(whole, '\u0001');
  }
  return [...open.matchAll(COMPARISON)].map(([word]) => word);
}

/** The sentences of a text, without the blanks around them. */
export function sentencesOf(text: string): string[] {
  return [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)]
    .map(({ segment }) => segment.trim())
    .filter(sentence => sentence !== '');
}
