import { porterStem } from './porter-stemmer.ts';
import { type TokenizedSample, Vocabulary } from './vocabulary.ts';
import type { WordNet } from './wordnet.ts';

// Lavie & Agarwal 2007, section 2, in NLTK's notation and with its defaults.
const ALPHA = 0.9;
const BETA = 3;
const GAMMA = 0.5;

const UNMATCHED = -1;

/**
 * METEOR as NLTK's `meteor_score` computes it (nltk/translate/meteor_score.py): words are matched greedily from
 * the end of the candidate to the last free word of the reference, first as they are, then by stem, then by
 * WordNet synonym; the synonym stage sees stems, as there. This is neither METEOR 1.5 nor what coco-caption prints.
 *
 * @param samples tokens in lower case
 * @param words the vocabulary of `samples`
 * @returns for each image, its best score over the references, 0 to 1
 */
export function scoreMeteor(
  samples: readonly TokenizedSample[],
  words: Vocabulary,
  wordNet: WordNet,
): Float64Array {
  const stems = new Vocabulary();
  const stemOf: number[] = [];
  const synonymsOf: ReadonlySet<number>[] = [];
  const stem = (word: number) => {
    stemOf[word] ??= stems.id(porterStem(words.word(word)));
    return stemOf[word];
  };
  const synonyms = (of: number) => {
    synonymsOf[of] ??= new Set(wordNet.synonyms(stems.word(of)).map(word => stems.id(word)));
    return synonymsOf[of];
  };

  function scorePair(candidate: readonly number[], reference: readonly number[]): number {
    const aligned = new Int32Array(candidate.length).fill(UNMATCHED);
    const taken = new Uint8Array(reference.length);
    let matches = 0;
    const matchStage = (left: readonly number[], right: readonly number[], same: Same) => {
      for (let i = left.length - 1; i >= 0; i--) {
        if (aligned[i] !== UNMATCHED) continue;
        for (let j = right.length - 1; j >= 0; j--) {
          if (taken[j] || !same(left[i]!, right[j]!)) continue;
          aligned[i] = j;
          taken[j] = 1;
          matches++;
          break;
        }
      }
    };
    matchStage(candidate, reference, equal);
    if (matches < Math.min(candidate.length, reference.length)) {
      const candidateStems = candidate.map(stem);
      const referenceStems = reference.map(stem);
      matchStage(candidateStems, referenceStems, equal);
      matchStage(candidateStems, referenceStems, (a, b) => a === b || synonyms(a).has(b));
    }
    if (matches === 0) return 0;
    const precision = matches / candidate.length;
    const recall = matches / reference.length;
    const mean = (precision * recall) / (ALPHA * precision + (1 - ALPHA) * recall);
    return (1 - GAMMA * (countChunks(aligned) / matches) ** BETA) * mean;
  }

  return Float64Array.from(samples, ({ candidate, references }) =>
    Math.max(...references.map(reference => scorePair(candidate, reference))),
  );
}

type Same = (candidate: number, reference: number) => boolean;
const equal: Same = (candidate, reference) => candidate === reference;

/** Runs of matched words that are adjacent and in the same order in both captions. */
function countChunks(aligned: Int32Array): number {
  let chunks = 0;
  let previous = UNMATCHED - 1;
  aligned.forEach((at, i) => {
    if (at === UNMATCHED) return;
    if (i === 0 || aligned[i - 1] === UNMATCHED || at !== previous + 1) chunks++;
    previous = at;
  });
  return chunks;
}
