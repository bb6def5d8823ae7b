import type { Evidence, FoundThing, Quote, Style, Usage } from './inference/engines/engine.ts';
import type { ImageSource } from './inference/image/decoded-image.ts';
import type { Description, Timings } from './inference/narrator.ts';
import type { Scene } from './inference/scene/measure-scene.ts';
import { blankQuotes } from './metrics/adjectives/blank-quotes.ts';
import { type AdjectiveMeasure, measureAdjectives } from './metrics/adjectives/measure.ts';
import { type Grounding, groundText, type Verdict } from './metrics/grounding/ground-text.ts';

/** An adjective of a description. */
interface ReportedAdjective {
  readonly word: string;
  /** Offsets in UTF-16 code units: `text.slice(start, end) === word`. */
  readonly start: number;
  readonly end: number;
  /** The noun that it belongs to, or null where none was found. */
  readonly noun: string | null;
  /** Whether the picture bears the word out (see docs/grounding.md); null where that cannot be told. */
  readonly supported: boolean | null;
}

/** How dense the adjectives of a description are. Null means that it cannot be computed, never 0. */
interface DensityFigures {
  readonly adjectiveCount: number;
  /** Different adjectives, without regard to case. */
  readonly distinct: number;
  readonly words: number;
  readonly per100Words: number | null;
  readonly perNoun: number | null;
  /** Adjectives that judge instead of describe ("beautiful"). */
  readonly interpretive: number;
  /** Adjectives that the picture bears out, and different ones a hundred words; null where it was not measured. */
  readonly supported: number | null;
  readonly supportedPer100Words: number | null;
}

/** One described image: what `narrator describe --json` prints, a line an image. See docs/describe.md. */
export interface DescriptionReport {
  readonly source: string;
  readonly text: string;
  readonly style: Style;
  readonly shortened: boolean;
  readonly adjectives: readonly ReportedAdjective[];
  readonly density: DensityFigures;
  readonly engine: { readonly name: string; readonly model: string };
  readonly image: ImageSource;
  readonly timingsMs: Timings;
  readonly things: readonly FoundThing[] | null;
  readonly evidence: readonly Evidence[] | null;
  /** How far the picture bears the text out; null where it was not measured. */
  readonly grounding: Grounding | null;
  /** Where the text quotes writing in the picture: those words are in none of the figures. Null: not told apart. */
  readonly quotes: readonly Quote[] | null;
  /** Null where no prompt was given. */
  readonly promptVersion: string | null;
  readonly usage: Usage | null;
}

/**
 * Puts a description and what its words come to into one record.
 *
 * @param source the image as the person named it
 */
export function reportDescription(source: string, description: Description): DescriptionReport {
  const { text, evidence, quotes = [], scene } = description;
  const { figures, grounding } = groundOwnWords(text, quotes, scene);
  const adjectives = figures.adjectives.map(({ word, start, end, noun }) => ({
    word,
    start,
    end,
    noun,
    supported: isSupported(grounding?.pairs.find(pair => pair.start === start)?.verdict),
  }));
  return {
    source,
    text,
    style: description.style,
    shortened: description.shortened,
    adjectives,
    density: densityOf(figures, grounding),
    engine: description.engine,
    image: description.image,
    timingsMs: roundAll(description.timings),
    things: description.things ?? null,
    evidence: evidence ?? null,
    grounding,
    quotes: description.quotes ?? null,
    promptVersion: description.promptVersion ?? null,
    usage: description.usage ?? null,
  };
}

/** The adjectives of a text without what it quotes, and how far a picture bears them out; null without a picture. */
export function groundOwnWords(
  text: string,
  quotes: readonly Quote[],
  scene: Scene | undefined,
): { readonly figures: AdjectiveMeasure; readonly grounding: Grounding | null } {
  const ownWords = blankQuotes(text, quotes);
  const figures = measureAdjectives(ownWords);
  return { figures, grounding: scene ? groundText(ownWords, scene, { analyse: () => figures }) : null };
}

function isSupported(verdict: Verdict | undefined): boolean | null {
  return verdict === undefined || verdict === 'uncheckable' ? null : verdict === 'supported';
}

function densityOf(figures: AdjectiveMeasure, grounding: Grounding | null): DensityFigures {
  const { adjectiveCount, distinct, words, per100Words, perNoun, interpretive } = figures;
  const per100 = grounding?.supportedPer100Words ?? null;
  const supported =
    grounding?.pairs.filter(({ kind, verdict }) => kind === 'adjective' && verdict === 'supported').length ??
    null;
  return {
    adjectiveCount,
    distinct,
    words,
    per100Words,
    perNoun,
    interpretive: interpretive.length,
    supported,
    supportedPer100Words: per100 === null ? null : Math.round(per100 * 10) / 10,
  };
}

function roundAll(timings: Timings): Timings {
  const tenth = (ms: number) => Math.round(ms * 10) / 10;
  const { read, load, decode, describe, total } = timings;
  return {
    read: tenth(read),
    load: tenth(load),
    decode: tenth(decode),
    describe: tenth(describe),
    total: tenth(total),
  };
}
