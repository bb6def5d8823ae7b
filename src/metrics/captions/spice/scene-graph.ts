import { ptbSplit } from '../ptb-tokenize.ts';
import type { WordNet } from '../wordnet.ts';

/** Gives each token its Universal Dependencies part of speech (NOUN, ADJ, VERB, ADP, …). Tokens in lower case. */
export type PosTagger = (tokens: readonly string[]) => readonly string[];

/**
 * What a caption says, as tuples: `[object]`, `[object, attribute]` and `[subject, relation, object]`. Objects and
 * numbers are base forms; attributes and relations stand as written.
 */
export type SceneTuple = readonly [string] | readonly [string, string] | readonly [string, string, string];

/** "on top of" and the like are one relation. Longest first. */
const COMPOUND_PREPOSITIONS = [
  'on the back of',
  'in the back of',
  'on the side of',
  'on the edge of',
  'at the edge of',
  'in the middle of',
  'in the front of',
  'to the side of',
  'on top of',
  'in front of',
  'in back of',
  'in between',
  'next to',
  'close to',
  'inside of',
  'outside of',
  'out of',
  'on to',
]
  .map(phrase => phrase.split(' '))
  .toSorted((a, b) => b.length - a.length);

/** "a group of people" speaks of people. */
const QUANTITIES = new Set(
  'group bunch couple lot lots number pair variety series set herd flock pile row dozen dozens'.split(' '),
);
const BE = new Set(["'s", "'re", "'m", 'is', 'are', 'was', 'were', 'be', 'been', 'being']);
const HAVE = new Set(['has', 'have', 'had']);
const NUMBERS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
/** Said of any number of things. */
const EMPTY_ATTRIBUTES = new Set('some many several other more much various such same own few'.split(' '));
/** These prepositions say something of the nearest thing; others of what the clause is about. */
const NEAREST = new Set(['of', 'with', 'without', 'for']);

/**
 * Reads a caption's objects, their attributes and the relations between them by rules over parts of speech.
 *
 * It is ours. SPICE (Anderson et al. 2016, section 3) uses the Stanford parser and Schuster et al. 2015's rules. For the
 * caption whose tuples Anderson et al. write out these rules give the same ones; for others they may not.
 */
export class SceneGraphParser {
  readonly #tag: PosTagger;
  readonly #wordNet: WordNet;

  constructor(tag: PosTagger, wordNet: WordNet) {
    this.#tag = tag;
    this.#wordNet = wordNet;
  }

  /** @returns the tuples of one caption without repeats; empty where it names no thing */
  parse(caption: string): SceneTuple[] {
    const words = ptbSplit(caption);
    const reader = new ClauseReader(words, this.#tag(words), word => this.#baseForm(word));
    return reader.read();
  }

  #baseForm(noun: string): string {
    return this.#wordNet.baseForms(noun, 'noun')[0] ?? noun;
  }
}

interface NounPhrase {
  readonly objects: readonly string[];
  /** Index of the first word after it. */
  readonly end: number;
}

/** Reads one caption from left to right. `subjects` is what the present clause is about, `nearest` the last thing. */
class ClauseReader {
  readonly #words: readonly string[];
  readonly #tags: readonly string[];
  readonly #baseForm: (noun: string) => string;
  readonly #tuples = new Map<string, SceneTuple>();
  #subjects: readonly string[] = [];
  #nearest: readonly string[] = [];
  /** A verb or preposition that waits for its object. */
  #pending: { relation: string; of: readonly string[]; isVerb: boolean } | undefined;

  constructor(words: readonly string[], tags: readonly string[], baseForm: (noun: string) => string) {
    this.#words = words;
    this.#tags = tags;
    this.#baseForm = baseForm;
  }

  read(): SceneTuple[] {
    let at = 0;
    while (at < this.#words.length) at = this.#step(at);
    this.#closePending();
    return [...this.#tuples.values()];
  }

  /** Reads what begins at `at` and returns the index of what follows. */
  #step(at: number): number {
    const phrase = this.#nounPhrase(at);
    if (phrase) {
      this.#place(phrase);
      return phrase.end;
    }
    const preposition = this.#preposition(at);
    if (preposition) {
      const of = NEAREST.has(preposition.text) && this.#nearest.length > 0 ? this.#nearest : this.#subjects;
      this.#closePending();
      this.#pending = { relation: preposition.text, of, isVerb: false };
      return preposition.end;
    }
    const word = this.#words[at]!;
    const tag = this.#tags[at]!;
    if (tag === 'VERB' && !BE.has(word)) {
      this.#closePending();
      this.#pending = { relation: HAVE.has(word) ? 'have' : word, of: this.#subjects, isVerb: true };
    } else if (tag === 'ADJ' || tag === 'NUM') {
      // "the bed is red": an adjective without a noun of its own.
      this.#closePending();
      for (const subject of this.#subjects) this.#addAttribute(subject, word);
    } else if (word === 'that' || word === 'which' || word === 'who') {
      if (this.#nearest.length > 0) this.#subjects = this.#nearest;
    } else if (/^(?:[.!?]+|;)$/.test(word)) {
      this.#closePending();
      this.#subjects = [];
      this.#nearest = [];
    }
    return at + 1;
  }

  /** Puts a noun phrase where the words before it want it. */
  #place({ objects, end }: NounPhrase): void {
    const startsClause = this.#startsClause(end);
    if (this.#pending && this.#pending.of.length > 0) {
      for (const subject of this.#pending.of) {
        for (const object of objects) this.#add([subject, this.#pending.relation, object]);
      }
      this.#pending = undefined;
    } else if (this.#subjects.length === 0 || startsClause) {
      this.#subjects = objects;
    }
    this.#nearest = objects;
  }

  /** True where a verb follows: "and a woman walking" begins anew. A verb that waits has its object first. */
  #startsClause(end: number): boolean {
    const tag = this.#tags[end];
    return !this.#pending && (tag === 'VERB' || tag === 'AUX');
  }

  /** A verb without an object is an attribute: (girl, standing). */
  #closePending(): void {
    if (this.#pending?.isVerb) {
      for (const subject of this.#pending.of) this.#addAttribute(subject, this.#pending.relation);
    }
    this.#pending = undefined;
  }

  #preposition(at: number): { text: string; end: number } | undefined {
    for (const phrase of COMPOUND_PREPOSITIONS) {
      if (phrase.every((word, i) => this.#words[at + i] === word)) {
        return { text: phrase.join(' '), end: at + phrase.length };
      }
    }
    return this.#tags[at] === 'ADP' ? { text: this.#words[at]!, end: at + 1 } : undefined;
  }

  /** Reads `(DET | NUM | ADJ | participle | noun)* noun` and the phrases joined to it by commas and "and". */
  #nounPhrase(at: number): NounPhrase | undefined {
    const first = this.#simplePhrase(at);
    if (!first) return undefined;
    const objects = [...first.objects];
    let { end } = first;
    while (this.#words[end] === ',' || this.#tags[end] === 'CCONJ') {
      let next = end + 1;
      if (this.#tags[next] === 'CCONJ') next++;
      const more = this.#simplePhrase(next);
      // "…, and a woman walks" is a clause of its own.
      if (!more || this.#tags[more.end] === 'VERB' || this.#tags[more.end] === 'AUX') break;
      objects.push(...more.objects);
      end = more.end;
    }
    return { objects, end };
  }

  #simplePhrase(start: number): NounPhrase | undefined {
    const modifiers: string[] = [];
    let at = start;
    let head: string | undefined;
    for (; at < this.#words.length; at++) {
      const word = this.#words[at]!;
      const tag = this.#tags[at]!;
      if (tag === 'NOUN' || tag === 'PROPN') {
        if (head) modifiers.push(head);
        head = word;
      } else if (head) {
        break;
      } else if (
        tag === 'ADJ' ||
        tag === 'NUM' ||
        (tag === 'VERB' && this.#isParticipleBeforeNoun(at, start))
      ) {
        modifiers.push(word);
      } else if (!(tag === 'DET' || tag === 'ADV' || this.#joinsAdjectives(at))) {
        break;
      }
    }
    if (!head) return undefined;
    if (QUANTITIES.has(head) && this.#words[at] === 'of') {
      const counted = this.#simplePhrase(at + 1);
      if (counted) return counted;
    }
    const object = this.#baseForm(head);
    this.#add([object]);
    for (const modifier of modifiers) this.#addAttribute(object, modifier);
    if (this.#words[at] === "'s" || this.#words[at] === "'") {
      const owned = this.#simplePhrase(at + 1);
      if (owned) {
        for (const thing of owned.objects) this.#add([object, 'have', thing]);
        return owned;
      }
    }
    return { objects: [object], end: at };
  }

  /** "a parked car", not "riding waves": a determiner, an adjective or "has" came before. */
  #isParticipleBeforeNoun(at: number, start: number): boolean {
    if (at === start && !HAVE.has(this.#words[at - 1] ?? '')) return false;
    return /(?:ed|ing|n|t)$/.test(this.#words[at]!) && this.#nounFollows(at + 1);
  }

  #nounFollows(at: number): boolean {
    const tag = this.#tags[at];
    return tag === 'NOUN' || tag === 'PROPN' || (tag === 'ADJ' && this.#nounFollows(at + 1));
  }

  /** The "and" of "black and white dog". */
  #joinsAdjectives(at: number): boolean {
    const joins = this.#tags[at] === 'CCONJ' || this.#words[at] === ',';
    return joins && this.#tags[at - 1] === 'ADJ' && this.#tags[at + 1] === 'ADJ' && this.#nounFollows(at + 1);
  }

  #addAttribute(object: string, word: string): void {
    if (EMPTY_ATTRIBUTES.has(word)) return;
    this.#add([object, /^\d+$/.test(word) ? (NUMBERS[Number(word)] ?? word) : word]);
  }

  #add(tuple: SceneTuple): void {
    this.#tuples.set(tuple.join('\t'), tuple);
  }
}
