import { blankQuotes } from '../adjectives/blank-quotes.ts';
import { measureAdjectives } from '../adjectives/measure.ts';
import { findDisabilities, findRaces, findSexes } from './check-people.ts';
import {
  findAdverbs,
  findEmotions,
  findOpinions,
  findPersons,
  findPictures,
  findViewers,
  isFeeling,
  type Stretch,
} from './check-phrases.ts';
import { findOtherTenses, findPassives } from './check-verbs.ts';
import { GUIDELINE_RULES, type GuidelineRuleId } from './rules.ts';
import { tagSentences } from './tag-sentences.ts';

/**
 * Words a minute that a description is taken to be spoken at. It is the fast end of the 160 to 180 that English
 * description is commonly read at. The number is ours: we have found none in the guidelines.
 */
export const DEFAULT_WORDS_PER_MINUTE = 180;

/** The pause of the film that a text belongs to. */
export interface SpokenGap {
  readonly seconds: number;
  /** `inline`: it must fit. `extended`: the film is halted meanwhile. */
  readonly playback: 'inline' | 'extended';
}

export interface GuidelineOptions {
  /** Without it the rule on gaps does not apply. */
  readonly gap?: SpokenGap | null;
  readonly wordsPerMinute?: number;
  /** Where the text quotes writing in the picture (UTF-16 offsets): those words are not the describer's. */
  readonly quotes?: readonly Stretch[];
}

/** Words that break a rule: `text.slice(start, end) === words` (UTF-16 units). */
interface Offence extends Stretch {
  readonly words: string;
}

interface RuleOutcome {
  readonly rule: GuidelineRuleId;
  readonly outcome: 'kept' | 'broken' | 'not applicable';
  /** Empty for a text that is too long for its gap: all its words are. */
  readonly offences: readonly Offence[];
}

export interface GuidelineReport {
  /** One for each rule, in the order of `GUIDELINE_RULES`. */
  readonly rules: readonly RuleOutcome[];
  readonly kept: number;
  readonly applicable: number;
  readonly words: number;
  /** How long it takes to say, at the words a minute that were given. */
  readonly seconds: number;
}

/**
 * Checks an English text against published guidelines for audio description. Rules over our tagger's parts of speech
 * and word lists: docs/audio-description.md gives their measured error.
 *
 * @param text any string; an empty one keeps all rules, having nothing that breaks one
 */
export function checkGuidelines(text: string, options: GuidelineOptions = {}): GuidelineReport {
  const { gap = null, wordsPerMinute = DEFAULT_WORDS_PER_MINUTE, quotes = [] } = options;
  const own = blankQuotes(text, quotes);
  const sentences = tagSentences(own);
  const { words } = measureAdjectives(text);
  const seconds = (60 * words) / wordsPerMinute;
  const inEach = (find: (sentence: (typeof sentences)[number]) => readonly Stretch[]) =>
    sentences.flatMap(find);
  const found: Readonly<Record<Exclude<GuidelineRuleId, 'fits-gap'>, readonly Stretch[]>> = {
    'present-tense': inEach(findOtherTenses),
    'third-person': inEach(findPersons),
    'active-voice': inEach(sentence =>
      findPassives(sentence, isFeeling).map(({ from, to }) => ({ start: from.start, end: to.end })),
    ),
    'no-viewer': findViewers(own),
    'no-picture': findPictures(own, sentences),
    'no-emotion': inEach(findEmotions),
    'no-opinion': inEach(findOpinions),
    'no-guess-of-sex': inEach(findSexes),
    'no-guess-of-race': inEach(findRaces),
    'no-guess-of-disability': inEach(findDisabilities),
    adverbs: inEach(findAdverbs),
  };
  const rules = GUIDELINE_RULES.map(({ id }): RuleOutcome => {
    if (id === 'fits-gap') {
      if (gap === null) return { rule: id, outcome: 'not applicable', offences: [] };
      const fits = gap.playback === 'extended' || seconds <= gap.seconds;
      return { rule: id, outcome: fits ? 'kept' : 'broken', offences: [] };
    }
    const offences = found[id].map(({ start, end }) => ({ words: text.slice(start, end), start, end }));
    return { rule: id, outcome: offences.length === 0 ? 'kept' : 'broken', offences };
  });
  const count = (outcome: RuleOutcome['outcome']) => rules.filter(rule => rule.outcome === outcome).length;
  return {
    rules,
    kept: count('kept'),
    applicable: rules.length - count('not applicable'),
    words,
    seconds,
  };
}
