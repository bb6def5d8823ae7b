/**
 * The measures that claims are made of, fixed before any run: one or two of each kind. They are a family of their own in
 * the adjustment for many tests, so that parts of other measures (BLEU-1 to 3, single rules, percentiles) do not hide what
 * they show.
 */
export const HEADLINE_MEASURES: ReadonlySet<string> = new Set([
  'supportedPer100Words',
  'contradictedShare',
  'bleu4',
  'rougeL',
  'meteor',
  'cider',
  'spice',
  'bertscoreF1',
  'guidelinesKept',
  'describeMsMean',
]);
