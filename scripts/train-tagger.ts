import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { type ConlluSentence, readConllu } from '../src/metrics/adjectives/conllu.ts';
import { TaggingTally } from '../src/metrics/adjectives/evaluate.ts';
import { decodeModel, encodeModel } from '../src/metrics/adjectives/model.ts';
import { Tagger } from '../src/metrics/adjectives/tagger.ts';
import { TAGS, type Tag } from '../src/metrics/adjectives/tags.ts';
import { buildModel } from './tagger/build-model.ts';
import { EMBEDDING, Embeddings, Lexicon, Vocabulary } from './tagger/lexicon.ts';
import { type Example, Network } from './tagger/network.ts';
import { RandomSource } from './tagger/random.ts';
import { WordNet } from './tagger/wordnet.ts';

// Trains the part-of-speech tagger and writes its weights: npm run train:tagger [-- [--held-out] [FOLDER]]
// FOLDER holds train.conllu.gz and dev.conllu.gz of UD English EWT. The same input gives the same bytes.
// The weights are learned from both parts and from the texts in scripts/tagger that were written for it. With --held-out
// they are learned without dev, scored on it and not written: settings are chosen by that.

const { values: options, positionals } = parseArgs({
  options: { 'held-out': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = positionals[0] ?? '../shared/data/ud-english-ewt';
const heldOut = options['held-out'];
const WEIGHTS = new URL('../src/metrics/adjectives/tagger-weights.bin', import.meta.url);
const DESCRIPTIONS = new URL('tagger/descriptions.conllu', import.meta.url).pathname;
const WRITTEN = new URL('tagger/written.txt', import.meta.url).pathname;
const GOLD = new URL('../tests/metrics/adjectives/gold/descriptions.conllu', import.meta.url).pathname;

const SEED = 7;
/** The treebank has few descriptions, so the small set of them counts this many times. */
const COPIES = 2;
const FREQUENT_WORDS = 20_000;
const LEAST_COUNT = 7;
const SHAPE = { vector: 128, window: 3, hidden: 160 };
const TRAINING = {
  epochs: 10,
  rate: 0.001,
  featureRate: 0.05,
  dropHidden: 0.2,
  dropVector: 0.1,
  dropWord: 0.3,
  // The tag; then, to teach the hidden layer, the Penn Treebank tag and the dependency relation.
  taskWeights: [1, 0.3, 0.3],
  directWeight: 0.3,
};

async function read(path: string): Promise<ConlluSentence[]> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  return Array.fromAsync(readConllu(createInterface({ input })));
}

type Words = readonly Pick<ConlluSentence['words'][number], 'form' | 'upos' | 'xpos' | 'relation'>[];

/** Sentences of the form `word/TAG word/TAG`, one a line; the tag is `?` where it is not known. */
function readTagged(path: string): Words[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map(line =>
    line.split(' ').map(item => {
      const slash = item.lastIndexOf('/');
      return { form: item.slice(0, slash), upos: item.slice(slash + 1), xpos: '_', relation: '_' };
    }),
  );
}

const forms = (sentence: ConlluSentence) => sentence.words.map(word => word.form);

function countTags(sentences: readonly ConlluSentence[]): Map<string, Map<Tag, number>> {
  const counts = new Map<string, Map<Tag, number>>();
  for (const { words } of sentences)
    for (const { form, upos } of words) {
      const tags = counts.get(form.toLowerCase()) ?? new Map<Tag, number>();
      tags.set(upos as Tag, (tags.get(upos as Tag) ?? 0) + 1);
      counts.set(form.toLowerCase(), tags);
    }
  return counts;
}

/** Numbers the values of a column; '_' is unknown. */
function numbered(values: readonly string[]): Map<string, number> {
  const different = [...new Set(values)].filter(value => value !== '_').sort();
  return new Map(different.map((value, i) => [value, i]));
}

function report(name: string, tagger: Tagger, sentences: readonly ConlluSentence[]): void {
  const tally = new TaggingTally();
  for (const sentence of sentences) tally.add(sentence, tagger.tag(forms(sentence)));
  const { all, sure } = tally.score();
  const shown = (value: number | null) => value?.toFixed(4) ?? 'not computed';
  console.log(
    `${name}: accuracy ${shown(all.accuracy)}, ADJ F1 ${shown(all.f1)} (precision ${shown(all.precision)}, recall ${shown(all.recall)}), without ambiguous tokens ${shown(sure.f1)}`,
  );
}

const start = performance.now();
const seconds = () => `${((performance.now() - start) / 1000).toFixed(0)} s`;
const train = await read(join(folder, 'train.conllu.gz'));
const dev = await read(join(folder, 'dev.conllu.gz'));
const treebank = heldOut ? train : [...train, ...dev];
const descriptions = await read(DESCRIPTIONS);
const annotated = [...treebank, ...Array.from({ length: COPIES }, () => descriptions).flat()];
const written = readTagged(WRITTEN);
const sentences: Words[] = [...annotated.map(({ words }) => words), ...written];

const lexicon = new Lexicon(
  new WordNet(),
  new Embeddings(),
  annotated.flatMap(sentence => forms(sentence).map(form => form.toLowerCase())),
  FREQUENT_WORDS,
);
const vocabulary = new Vocabulary(
  lexicon,
  sentences.map(words => words.map(({ form }) => form)),
  LEAST_COUNT,
);
const pennTags = numbered(treebank.flatMap(({ words }) => words.map(word => word.xpos)));
const relations = numbered(treebank.flatMap(({ words }) => words.map(word => word.relation.split(':')[0]!)));
const examples: Example[] = sentences.map(words => ({
  words: words.map(({ form }, i) => vocabulary.input(form, i === 0)),
  targets: words.map(({ upos, xpos, relation }) =>
    Int16Array.of(
      TAGS.indexOf(upos as Tag),
      pennTags.get(xpos) ?? -1,
      relations.get(relation.split(':')[0]!) ?? -1,
    ),
  ),
}));
console.log(`${sentences.length} sentences, ${vocabulary.size} features, read in ${seconds()}`);

const network = await Network.create(
  {
    ...SHAPE,
    features: vocabulary.size,
    embedding: EMBEDDING,
    tasks: [TAGS.length, pennTags.size, relations.size],
  },
  new RandomSource(SEED),
);
network.train(examples, TRAINING, (epoch, loss) => {
  console.log(`pass ${epoch + 1} of ${TRAINING.epochs}: loss ${loss.toFixed(4)}, ${seconds()}`);
});

const bytes = encodeModel(buildModel(network, vocabulary, countTags(treebank)));
console.log(`${bytes.length} bytes of weights, ${seconds()}`);
if (!heldOut) writeFileSync(WEIGHTS, bytes);
const tagger = new Tagger(decodeModel(bytes));
if (heldOut) report('EWT dev', tagger, dev);
const gold = await read(GOLD);
report(
  'descriptions, development part',
  tagger,
  gold.filter(({ id }) => id.includes('-dev-')),
);
