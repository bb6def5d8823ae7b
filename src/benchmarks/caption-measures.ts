import type { BertScoreSettings } from '../metrics/captions/bertscore.ts';
import { type CaptionMetric, type MetricResult, scoreCaptions } from '../metrics/captions/score-captions.ts';
import { openWordNet } from '../metrics/captions/wordnet.ts';
import { selectSamples } from '../metrics/statistics.ts';
import { answeredItems, type ContenderTexts, type RunTexts } from './collect-texts.ts';
import { meanOver, type Scored } from './scored-items.ts';
import type { Measure } from './scores.ts';

const family = 'captions';
const better = 'higher';
const unit = '';

export const CAPTION_MEASURES = [
  { key: 'bleu1', label: 'BLEU-1', unit, better, family },
  { key: 'bleu2', label: 'BLEU-2', unit, better, family },
  { key: 'bleu3', label: 'BLEU-3', unit, better, family },
  { key: 'bleu4', label: 'BLEU-4', unit, better, family },
  { key: 'rougeL', label: 'ROUGE-L', unit, better, family },
  { key: 'meteor', label: 'METEOR', unit, better, family },
  { key: 'cider', label: 'CIDEr-D', unit, better, family },
  { key: 'spice', label: 'SPICE (rule-based)', unit, better, family },
  { key: 'bertscoreF1', label: 'BERTScore F1', unit, better, family },
  { key: 'bertscorePrecision', label: 'BERTScore precision', unit, better, family },
  { key: 'bertscoreRecall', label: 'BERTScore recall', unit, better, family },
] as const satisfies readonly Measure[];

const METRICS: readonly CaptionMetric[] = ['bleu', 'rougeL', 'meteor', 'cider', 'spice', 'bertscore'];
const NO_TEXT = 'The contender answered on no image that has a reference.';

/**
 * Scores a contender's texts against the references.
 *
 * Items on which it failed are scored as empty and then left out, so that document frequencies (CIDEr-D, BERTScore's
 * idf) are those of all references of the run, the same for every contender.
 *
 * @returns by the measure's key
 */
export async function scoreCaptionMeasures(
  { items }: Pick<RunTexts, 'items'>,
  texts: ContenderTexts,
  bertScore: BertScoreSettings | undefined,
  signal: AbortSignal,
): Promise<Record<string, Scored>> {
  const all = items.flatMap(({ references }, item) => (references.length > 0 ? [item] : []));
  const answered = new Set(answeredItems(texts));
  const unscored = (reason: string) =>
    Object.fromEntries(CAPTION_MEASURES.map(({ key }) => [key, { reason }]));
  if (all.length === 0) return unscored('The data set has no reference texts.');
  if (!all.some(item => answered.has(item))) return unscored(NO_TEXT);
  const samples = toSamples(items, texts, all);
  const results = await scoreCaptions(samples, METRICS, { openWordNet, bertScore, signal });
  const places = all.flatMap((item, i) => (answered.has(item) ? [i] : []));
  return Object.fromEntries(
    CAPTION_MEASURES.map(({ key, label }) => {
      const result =
        results.find(({ name }) => name === label) ?? results.find(({ name }) => name === 'BERTScore')!;
      return [key, toScored(key, result, all, places)];
    }),
  );
}

/**
 * CIDEr-D of a group by itself, with the group's own document frequencies: what coco-caption gives for the group's
 * references and results alone, which is how scores by NoCaps' domains are published. (The server that scores NoCaps'
 * test part does not publish its code.)
 */
export async function scoreGroupCider(
  { items }: Pick<RunTexts, 'items'>,
  texts: ContenderTexts,
  group: ReadonlySet<number>,
  signal: AbortSignal,
): Promise<Scored> {
  const all = items.flatMap(({ references }, item) =>
    references.length > 0 && group.has(item) ? [item] : [],
  );
  const answered = new Set(answeredItems(texts));
  const places = all.flatMap((item, i) => (answered.has(item) ? [i] : []));
  if (places.length === 0) return { reason: NO_TEXT };
  const [result] = await scoreCaptions(toSamples(items, texts, all), ['cider'], { openWordNet, signal });
  const scored = toScored('cider', result!, all, places);
  if ('reason' in scored) return scored;
  return { ...scored, note: 'from 0 to 10; document frequencies of this group alone' };
}

function toSamples(items: RunTexts['items'], { predictions }: ContenderTexts, chosen: readonly number[]) {
  return chosen.map(item => ({
    imageId: items[item]!.id,
    candidate: predictions[item]?.text ?? '',
    references: items[item]!.references,
  }));
}

/** @param places which of the samples, whose items are `all`, the contender answered on */
function toScored(
  key: string,
  result: MetricResult,
  all: readonly number[],
  places: readonly number[],
): Scored {
  if (result.status === 'not computed') return { reason: result.reason };
  const items = places.map(place => all[place]!);
  const note =
    key === 'cider' ? `${result.note}; document frequencies of all images of the run` : result.note;
  // BLEU is no mean of its images' scores.
  if (key.startsWith('bleu')) {
    return { score: selectSamples(result.corpus, places), items, note: 'of the corpus' };
  }
  return meanOver(
    items,
    places.map(place => result.perImage[place]!),
    note ?? null,
    'It is defined for none of the images.',
  );
}
