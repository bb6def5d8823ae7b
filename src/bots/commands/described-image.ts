import type { DescriptionReport } from '../../description-report.ts';
import type { Style } from '../../inference/engines/engine.ts';
import { isInterpretive } from '../../metrics/adjectives/interpretive.ts';
import type { AdjectiveMark, MarkedSpan } from './reply.ts';

/** An adjective, for lists in words. */
export interface MarkedAdjective {
  readonly word: string;
  readonly noun: string | null;
  readonly start: number;
  readonly end: number;
  readonly mark: AdjectiveMark;
}

/** What replies need of one described image: text and figures, no pixels and no measures of the scene. */
export interface DescribedImage {
  readonly text: string;
  readonly style: Style;
  readonly engine: string;
  readonly model: string;
  readonly adjectives: readonly MarkedAdjective[];
  readonly words: number;
  readonly interpretive: number;
  /** Null where the picture was not measured. */
  readonly grounding: {
    readonly supported: number;
    readonly contradicted: number;
    readonly uncheckable: number;
    readonly supportedPer100Words: number | null;
  } | null;
  /** The engine's own work, in milliseconds. */
  readonly engineMs: number;
  /** All of inference in milliseconds: waiting for its turn, decoding, describing, measuring. */
  readonly inferenceMs: number;
  /** Waiting for the file to be read from where it lies, in milliseconds. */
  readonly readMs: number;
}

/** Takes from a report what replies need. */
export function describedImage(
  report: DescriptionReport,
  { readMs, inferenceMs }: Pick<DescribedImage, 'readMs' | 'inferenceMs'>,
): DescribedImage {
  const { text, style, engine, adjectives, density, grounding, timingsMs } = report;
  const count = (mark: AdjectiveMark) => marked.filter(adjective => adjective.mark === mark).length;
  const marked = adjectives.map(({ word, noun, start, end, supported }): MarkedAdjective => {
    const verdict = supported === null ? 'uncheckable' : supported ? 'supported' : 'contradicted';
    return {
      word,
      noun,
      start,
      end,
      mark: isInterpretive(word) && supported === null ? 'interpretive' : verdict,
    };
  });
  return {
    text,
    style,
    engine: engine.name,
    model: engine.model,
    adjectives: marked,
    words: density.words,
    interpretive: density.interpretive,
    grounding: grounding && {
      supported: count('supported'),
      contradicted: count('contradicted'),
      uncheckable: marked.length - count('supported') - count('contradicted'),
      supportedPer100Words: density.supportedPer100Words,
    },
    engineMs: timingsMs.describe,
    inferenceMs,
    readMs,
  };
}

/** A text in pieces, its adjectives marked. */
export function spansOf(text: string, adjectives: readonly MarkedAdjective[]): MarkedSpan[] {
  const spans: MarkedSpan[] = [];
  let at = 0;
  for (const { start, end, mark } of adjectives) {
    if (start > at) spans.push({ text: text.slice(at, start), mark: null });
    spans.push({ text: text.slice(start, end), mark });
    at = end;
  }
  if (at < text.length) spans.push({ text: text.slice(at), mark: null });
  return spans;
}

const LEGEND: readonly (readonly [AdjectiveMark, string])[] = [
  ['supported', 'Supported by the picture'],
  ['contradicted', 'Contradicted by the picture'],
  ['uncheckable', 'Cannot be checked'],
  ['interpretive', 'Judges rather than describes'],
];

/** What the marks of a text say, in words: "Supported by the picture (2): blue (sky), wide (field)". */
export function legendOf(
  adjectives: readonly MarkedAdjective[],
  names: Partial<Record<AdjectiveMark, string>> = {},
): string {
  if (adjectives.length === 0) return 'No adjectives.';
  const lines = LEGEND.flatMap(([mark, name]) => {
    const words = adjectives
      .filter(adjective => adjective.mark === mark)
      .map(({ word, noun }) => (noun === null ? word : `${word} (${noun})`));
    return words.length === 0 ? [] : [`${names[mark] ?? name} (${words.length}): ${words.join(', ')}`];
  });
  return lines.join('\n');
}
