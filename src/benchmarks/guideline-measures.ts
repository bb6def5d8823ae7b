import { checkGuidelines, type GuidelineReport } from '../metrics/audio-description/check-guidelines.ts';
import { GUIDELINE_RULES, type GuidelineRuleId } from '../metrics/audio-description/rules.ts';
import { answeredItems, type ContenderTexts, type RunTexts } from './collect-texts.ts';
import { meanOver, type Scored } from './scored-items.ts';
import type { Measure } from './scores.ts';

const family = 'audio-description';
const better = 'higher';

const KEPT = 'guidelinesKept';

/** `present-tense`: `guidelinePresentTense`. */
function keyOf(rule: GuidelineRuleId): string {
  return `guideline-${rule}`.replace(/-(\p{L})/gu, (_, letter: string) => letter.toUpperCase());
}

export const GUIDELINE_MEASURES: readonly Measure[] = [
  { key: KEPT, label: 'Guideline rules kept', unit: '', better, family },
  ...GUIDELINE_RULES.map(
    ({ id, title }): Measure => ({ key: keyOf(id), label: title, unit: '%', better, family }),
  ),
];

const NO_TEXT = 'The contender answered on no image.';

/** Checks a contender's texts against the guidelines for audio description: rules kept, and the share for each rule. */
export function scoreGuidelines(
  { items: all }: Pick<RunTexts, 'items'>,
  texts: ContenderTexts,
): Record<string, Scored> {
  const items = answeredItems(texts);
  const reports = items.map(
    (item): Pick<GuidelineReport, 'kept' | 'applicable'> & { readonly kinds: readonly string[] } => {
      const { text, quotes } = texts.predictions[item]!;
      const { kept, applicable, rules } = checkGuidelines(text!, {
        gap: all[item]!.gap,
        ...(quotes && { quotes }),
      });
      return { kept, applicable, kinds: rules.map(({ outcome }) => outcome) };
    },
  );
  const applicable = reports.reduce((most, report) => Math.max(most, report.applicable), 0);
  const scored: Record<string, Scored> = {
    [KEPT]: meanOver(
      items,
      reports.map(({ kept }) => kept),
      `of ${applicable} rules that apply`,
      NO_TEXT,
    ),
  };
  for (const [r, { id, source }] of GUIDELINE_RULES.entries()) {
    scored[keyOf(id)] = meanOver(
      items,
      reports.map(({ kinds }) => (kinds[r] === 'not applicable' ? null : kinds[r] === 'kept' ? 100 : 0)),
      `texts that keep the rule (${source})`,
      items.length === 0 ? NO_TEXT : 'The items have no gap that a text has to fit.',
    );
  }
  return scored;
}
