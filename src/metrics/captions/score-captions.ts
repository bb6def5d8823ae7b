import { loadTagger } from '../adjectives/load.ts';
import { measureAdjectives } from '../adjectives/measure.ts';
import { type CorpusScore, meanScore, scoreAll } from '../statistics.ts';
import { type BertScoreSettings, scoreBertScore } from './bertscore.ts';
import { scoreBleu } from './bleu.ts';
import { scoreCider } from './cider.ts';
import { scoreMeteor } from './meteor.ts';
import { indexNgrams, type NgramIndex } from './ngram-index.ts';
import { ptbTokenize } from './ptb-tokenize.ts';
import { scoreRougeL } from './rouge-l.ts';
import { SceneGraphParser } from './spice/scene-graph.ts';
import { scoreSpice } from './spice/spice.ts';
import { type TokenizedSample, Vocabulary } from './vocabulary.ts';
import type { WordNet } from './wordnet.ts';

/** The metrics by the names that a person asks for them. */
export const CAPTION_METRICS = [
  'bleu',
  'rougeL',
  'meteor',
  'cider',
  'spice',
  'bertscore',
  'adjectives',
] as const;
export type CaptionMetric = (typeof CAPTION_METRICS)[number];

/** One image, its candidate caption and its reference captions. */
export interface CaptionSample {
  readonly imageId: string;
  readonly candidate: string;
  /** At least one, and a letter or digit in each. */
  readonly references: readonly string[];
}

/** What some metrics need beside the captions. */
export interface MetricResources {
  /** Called at most once, and only for METEOR and SPICE. */
  readonly openWordNet: () => WordNet;
  /** Absent: BERTScore is not computed. */
  readonly bertScore?: BertScoreSettings;
  readonly signal?: AbortSignal;
}

interface ComputedMetric {
  readonly status: 'computed';
  /** As printed: `BLEU-4`, `SPICE (rule-based)`. */
  readonly name: string;
  readonly score: number;
  /** Of those images for which the metric is defined. */
  readonly corpus: CorpusScore;
  /** For each sample in order; null where the metric says nothing about this image. */
  readonly perImage: readonly (number | null)[];
  /** What a reader must know to compare the number: the model, the word list, what was left out. */
  readonly note?: string;
}

interface UncomputedMetric {
  readonly status: 'not computed';
  readonly name: string;
  /** A sentence: why, and what to do about it. */
  readonly reason: string;
}

export type MetricResult = ComputedMetric | UncomputedMetric;

/**
 * Scores candidate captions against reference captions.
 *
 * @param samples at least one; their order does not matter
 * @returns the results in the order of `metrics`; BLEU gives four
 * @throws the signal's reason when aborted; what the encoder or the WordNet files throw
 */
export async function scoreCaptions(
  samples: readonly CaptionSample[],
  metrics: readonly CaptionMetric[],
  resources: MetricResources,
): Promise<MetricResult[]> {
  const words = new Vocabulary();
  const tokenize = (caption: string) => ptbTokenize(caption).map(token => words.id(token));
  const tokenized: TokenizedSample[] = samples.map(({ candidate, references }) => ({
    candidate: tokenize(candidate),
    references: references.map(tokenize),
  }));
  const input = {
    samples,
    tokenized,
    words,
    ngrams: once(() => indexNgrams(tokenized)),
    wordNet: once(resources.openWordNet),
    resources,
  };

  const results: MetricResult[] = [];
  for (const metric of metrics) {
    // Metrics are synchronous and may take seconds: let an interrupt in between them.
    await new Promise(setImmediate);
    resources.signal?.throwIfAborted();
    results.push(...(await SCORERS[metric](input)));
  }
  return results;
}

interface ScorerInput {
  readonly samples: readonly CaptionSample[];
  readonly tokenized: readonly TokenizedSample[];
  readonly words: Vocabulary;
  /** BLEU's and CIDEr-D's. */
  readonly ngrams: () => NgramIndex;
  readonly wordNet: () => WordNet;
  readonly resources: MetricResources;
}
type Scorer = (input: ScorerInput) => MetricResult[] | Promise<MetricResult[]>;

const SCORERS: Readonly<Record<CaptionMetric, Scorer>> = {
  bleu: ({ ngrams }) => {
    const { corpus, perImage } = scoreBleu(ngrams());
    return corpus.map((score, n) => ({
      status: 'computed',
      name: `BLEU-${n + 1}`,
      score: scoreAll(score),
      corpus: score,
      perImage: [...perImage[n]!],
    }));
  },
  rougeL: ({ tokenized }) => [meanOf('ROUGE-L', scoreRougeL(tokenized))],
  meteor: ({ tokenized, words, wordNet }) => [
    meanOf('METEOR', scoreMeteor(tokenized, words, wordNet()), `as NLTK's, synonyms of ${wordNet().version}`),
  ],
  cider: ({ samples, ngrams }) => {
    if (samples.length < 2) {
      return [
        uncomputed(
          'CIDEr-D',
          'it weighs words by how rare they are among images, and there is one image. Add images.',
        ),
      ];
    }
    return [meanOf('CIDEr-D', scoreCider(ngrams()), 'from 0 to 10')];
  },
  spice: ({ samples, wordNet }) => {
    const name = 'SPICE (rule-based)';
    const parser = new SceneGraphParser(words => loadTagger().tag(words), wordNet());
    const perImage = scoreSpice(samples, parser, wordNet());
    const left = perImage.filter(score => score === null).length;
    const note = `our own parser: not comparable with published SPICE${left ? `; ${left} without an object in the references left out` : ''}`;
    return [meanOfDefined(name, perImage, note, 'the references name no object. Check their language.')];
  },
  bertscore: async ({ samples, resources }) => {
    if (!resources.bertScore) {
      return [
        uncomputed(
          'BERTScore',
          'it needs an encoder model. Name one with --bertscore-model: a model of the Hugging Face Hub such as Xenova/roberta-large, or a local folder with config.json, tokenizer.json and onnx/model.onnx.',
        ),
      ];
    }
    const { f1, precision, recall, note } = await scoreBertScore(
      samples,
      resources.bertScore,
      resources.signal,
    );
    return [
      meanOf('BERTScore F1', f1, note),
      meanOf('BERTScore precision', precision, note),
      meanOf('BERTScore recall', recall, note),
    ];
  },
  adjectives: ({ samples }) => {
    const measures = samples.map(({ candidate }) => measureAdjectives(candidate));
    const counts = Float64Array.from(measures, ({ adjectiveCount }) => adjectiveCount);
    const note = 'of the candidates; a count says nothing of their truth';
    return [
      meanOf('Adjectives', counts, `a caption, ${note}`),
      meanOfDefined(
        'Adjectives per 100 words',
        measures.map(({ per100Words }) => per100Words),
        note,
        'the candidates have no words.',
      ),
    ];
  },
};

/** Calls `make` when its result is first wanted. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function meanOf(name: string, perImage: Float64Array, note?: string): ComputedMetric {
  const corpus = meanScore(perImage);
  return { status: 'computed', name, score: scoreAll(corpus), corpus, perImage: [...perImage], note };
}

/** The mean over those images for which the metric is defined; without one, why it is not computed. */
function meanOfDefined(
  name: string,
  perImage: readonly (number | null)[],
  note: string,
  reason: string,
): MetricResult {
  const defined = perImage.filter(score => score !== null);
  if (defined.length === 0) return uncomputed(name, reason);
  const corpus = meanScore(Float64Array.from(defined));
  return { status: 'computed', name, score: scoreAll(corpus), corpus, perImage, note };
}

function uncomputed(name: string, reason: string): UncomputedMetric {
  return { status: 'not computed', name, reason };
}
