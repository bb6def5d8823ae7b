import type { WordNet } from '../wordnet.ts';
import type { PosTagger } from './scene-graph.ts';

// A stand-in until the project's own tagger is there: closed classes by list, the rest by what WordNet allows and
// the word before.

const CLOSED: Readonly<Record<string, string>> = {
  DET: 'a an the this these those some any each every both all another no its his her their my your our many several',
  ADP: `of in on at by with without from to into onto over under near beside behind between among through across along
    around above below against inside outside during before after toward towards off up down for about atop beneath
    underneath upon via amid past like`,
  AUX: "is are was were be been being 's 're 'm does do did can could will would may might must should",
  CCONJ: 'and or but &',
  SCONJ: 'while as because if although that which who where when',
  PRON: 'he she it they him them i you we us someone something there what whose himself herself itself themselves',
  NUM: 'one two three four five six seven eight nine ten eleven twelve twenty thirty hundred',
  ADV: "not n't together away back out really very quite too also just so",
  PART: "'",
};
const TAGS = new Map(
  Object.entries(CLOSED).flatMap(([tag, words]) => words.split(/\s+/).map(word => [word, tag] as const)),
);
/** After these a noun or its modifiers stand. */
const BEFORE_NOUN = new Set(['DET', 'ADJ', 'NUM', 'ADP']);

/** Between two adjectives. */
const JOINS = new Set(['and', ',', 'or', '&']);

/** Tags words by WordNet's parts of speech. Its error is not measured: it is here to be replaced. */
export function tagFromLexicon(wordNet: WordNet): PosTagger {
  const senses = new Map<string, { noun: number; verb: number; adj: number; adv: number }>();
  const sensesOf = (word: string) => {
    const known = senses.get(word);
    if (known) return known;
    const counted = {
      noun: wordNet.synsets(word, 'noun').length,
      verb: wordNet.synsets(word, 'verb').length,
      adj: wordNet.synsets(word, 'adj').length,
      adv: wordNet.synsets(word, 'adv').length,
    };
    senses.set(word, counted);
    return counted;
  };

  const isOpen = (word: string | undefined) => word !== undefined && /\p{L}/u.test(word) && !TAGS.has(word);

  return tokens => {
    const tags: string[] = [];
    tokens.forEach((word, i) => {
      tags.push(tagOne(word, tags[i - 1], tokens[i + 1]));
    });
    return tags;
  };

  function tagOne(word: string, before: string | undefined, next: string | undefined): string {
    const closed = TAGS.get(word);
    if (closed) return closed;
    if (/^[\d.,/:-]*\d[\d.,/:-]*$/.test(word)) return 'NUM';
    if (!/[\p{L}\p{N}]/u.test(word)) return 'PUNCT';
    const { noun, verb, adj, adv } = sensesOf(word);
    const inPhrase = before !== undefined && BEFORE_NOUN.has(before);
    if (verb > 0 && /(?:ing|ed)$/.test(word)) {
      if (inPhrase && before !== 'ADP' && !isOpen(next) && noun > 0) return 'NOUN';
      return adj > verb ? 'ADJ' : 'VERB';
    }
    // Colours have more senses as nouns.
    const mayBeAdjective = adj > 0 && 2 * adj >= noun;
    if (before === 'AUX') {
      if (mayBeAdjective) return 'ADJ';
      return verb > 0 && noun === 0 ? 'VERB' : noun > 0 ? 'NOUN' : 'ADV';
    }
    if (before === 'NOUN' && verb > 0 && (next === undefined || !isOpen(next)) && (noun === 0 || verb > noun))
      return 'VERB';
    if (mayBeAdjective && (noun === 0 || isOpen(next) || JOINS.has(next!))) return 'ADJ';
    if (noun > 0) return 'NOUN';
    if (verb > 0) return 'VERB';
    if (adj > 0) return 'ADJ';
    return adv > 0 || word.endsWith('ly') ? 'ADV' : 'NOUN';
  }
}
