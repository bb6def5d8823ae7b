import { readFileSync } from 'node:fs';
import { findQuotes } from '../../../src/inference/find-quotes.ts';
import { checkGuidelines } from '../../../src/metrics/audio-description/check-guidelines.ts';
import type { GuidelineRuleId } from '../../../src/metrics/audio-description/rules.ts';

export interface LabelledSentence {
  /** `dev` was looked at while the rules were made, `report` only scored. */
  readonly part: 'dev' | 'report';
  readonly text: string;
  /** By rule, the words that break it. */
  readonly offences: Readonly<Partial<Record<GuidelineRuleId, readonly string[]>>>;
}

export interface RuleScore {
  found: number;
  right: number;
  labelled: number;
  readonly mistakes: string[];
}

/** Sentences written for this and labelled by hand from the guidelines, before the rules were run on them. */
export function readLabelled(): LabelledSentence[] {
  const file = new URL('fixtures/sentences.jsonl', import.meta.url);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as LabelledSentence);
}

/** Sets what the rules find against the labels: right where the stretches overlap. */
export function scoreRules(sentences: readonly LabelledSentence[]): Map<GuidelineRuleId, RuleScore> {
  const scores = new Map<GuidelineRuleId, RuleScore>();
  for (const { text, offences } of sentences) {
    const quotes = findQuotes(text);
    for (const { rule, offences: found } of checkGuidelines(text, { quotes }).rules) {
      const score = scores.get(rule) ?? { found: 0, right: 0, labelled: 0, mistakes: [] };
      scores.set(rule, score);
      const labels = (offences[rule] ?? []).map(words => {
        const start = text.indexOf(words);
        return { words, start, end: start + words.length };
      });
      const overlaps = (a: { start: number; end: number }, b: { start: number; end: number }) =>
        a.start < b.end && a.end > b.start;
      const right = found.filter(offence => labels.some(label => overlaps(label, offence)));
      const missed = labels.filter(label => !found.some(offence => overlaps(label, offence)));
      score.found += found.length;
      score.labelled += labels.length;
      score.right += labels.length - missed.length;
      for (const offence of found)
        if (!right.includes(offence)) score.mistakes.push(`false: ${text} [${offence.words}]`);
      for (const { words } of missed) score.mistakes.push(`missed: ${text} [${words}]`);
    }
  }
  return scores;
}
