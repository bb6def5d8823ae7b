import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { bindAdjectives } from '../src/metrics/adjectives/bind.ts';
import { type ConlluSentence, type ConlluWord, readConllu } from '../src/metrics/adjectives/conllu.ts';
import type { Tag } from '../src/metrics/adjectives/tags.ts';
import { tokenize } from '../src/metrics/adjectives/tokenize.ts';

// Scores the tokenizer on a treebank's raw text, and the binding of adjectives to nouns on its tags and heads.

const path = process.argv[2] ?? '../shared/data/ud-english-ewt/dev.conllu.gz';

/** Where the sentence's words stand in its text; null where a word is not written as its form says ("du" = de le). */
function spansOf({ text, words }: ConlluSentence): Set<string> | null {
  const spans = new Set<string>();
  let at = 0;
  for (const { form } of words) {
    const start = text.indexOf(form, at);
    if (start < 0 || start > at + 3) return null;
    at = start + form.length;
    spans.add(`${start} ${at}`);
  }
  return spans;
}

const isNoun = (word: ConlluWord | undefined) => word?.upos === 'NOUN' || word?.upos === 'PROPN';
const isRelative = (word: ConlluWord) => /^(?:that|which|who|whose)$/i.test(word.form);

/** The noun that the treebank's tree says an adjective describes; -1 for none, or a pronoun. */
function goldNoun(words: readonly ConlluWord[], at: number, depth = 0): number {
  const word = words[at]!;
  const subject = (head: number) => words.findIndex(w => w.head === head && w.relation.startsWith('nsubj'));
  const own = subject(at);
  if (own >= 0) {
    if (isNoun(words[own])) return own;
    return isRelative(words[own]!) && word.relation === 'acl:relcl' && isNoun(words[word.head])
      ? word.head
      : -1;
  }
  const head = words[word.head];
  if (!head) return -1;
  const relation = word.relation.split(':')[0];
  if (relation === 'amod' || relation === 'acl') return isNoun(head) ? word.head : -1;
  if (relation === 'conj' && head.upos === 'ADJ' && depth < 8) return goldNoun(words, word.head, depth + 1);
  if (relation !== 'xcomp') return -1;
  // "painted the wall red", "the wall looks red", "a wall that looks red", "a wall looking red"
  const object = words.findIndex(w => w.head === word.head && w.relation === 'obj');
  const other = object >= 0 ? object : subject(word.head);
  if (isNoun(words[other])) return other;
  const relative = other < 0 ? head.relation.startsWith('acl') : isRelative(words[other]!);
  return relative && isNoun(words[head.head]) ? head.head : -1;
}

const file = createReadStream(path);
const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
const tokens = { right: 0, ours: 0, gold: 0 };
const nouns = { right: 0, all: 0, rightWithNoun: 0, withNoun: 0 };
for await (const sentence of readConllu(createInterface({ input }))) {
  const { words, text } = sentence;
  const spans = spansOf(sentence);
  if (spans) {
    const ours = tokenize(text);
    tokens.ours += ours.length;
    tokens.gold += spans.size;
    tokens.right += ours.filter(({ start, end }) => spans.has(`${start} ${end}`)).length;
  }
  const bound = bindAdjectives(
    words.map(({ form }) => form),
    words.map(({ upos }) => upos as Tag),
  );
  for (const [i, { upos }] of words.entries()) {
    if (upos !== 'ADJ') continue;
    const gold = goldNoun(words, i);
    const right = bound[i] === gold ? 1 : 0;
    nouns.all++;
    nouns.right += right;
    if (gold >= 0) {
      nouns.withNoun++;
      nouns.rightWithNoun += right;
    }
  }
}
console.log(
  `tokens: F1 ${((2 * tokens.right) / (tokens.ours + tokens.gold)).toFixed(4)} (${tokens.gold} gold tokens)`,
);
console.log(
  `nouns of adjectives: ${(nouns.right / nouns.all).toFixed(4)} right of ${nouns.all}; of the ${nouns.withNoun} that have one, ${(nouns.rightWithNoun / nouns.withNoun).toFixed(4)}`,
);
