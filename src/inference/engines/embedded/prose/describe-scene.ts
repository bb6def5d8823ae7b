import type { MeasuredRegion, Scene } from '../../../scene/measure-scene.ts';
import type { Style } from '../../engine.ts';
import type { PictureText } from '../text/read-text.ts';
import { accentsOf, attributesOfLight, attributesOfRegion } from './attributes.ts';
import { type Group, groupThings, isPlural, nounPhrase, spaced } from './groups.ts';
import { COUNTABLE_REGIONS } from './lexicon.ts';
import { indefinite, listOf, type Paragraph, type Phrase, Wording, writeParagraph } from './phrase.ts';
import { quoteText } from './quote-text.ts';
import { directionFrom, findRelation, placeOf } from './relations.ts';

/** A region below this confidence is hedged: "what looks like …". */
const SURE_REGION = 0.58;
/** No more kinds of things than a listener can hold. */
const MOST_GROUPS = { vivid: 5, brief: 3, alt: 3 } as const;
/** A thing that takes more of the picture than this needs no place. */
const FILLING = 0.45;

interface Context {
  readonly scene: Scene;
  readonly wording: Wording;
  readonly groups: readonly Group[];
  /** 0, 1 or 2: which of the sentence shapes is used. */
  readonly shape: number;
}

/**
 * Writes what was measured as English prose. The same scene, style and seed give the same text.
 *
 * @param seed hexadecimal; chooses between sentence shapes, so that a digest of the image keeps them varied from
 *   picture to picture
 * @param pictureText the writing in the picture, where it was looked for
 * @returns the text, an evidence record for each of its adjectives, and where it quotes writing in the picture
 */
export function describeScene(
  scene: Scene,
  style: Style,
  seed: string,
  pictureText?: PictureText,
): Paragraph {
  // For a screen reader: colours alone, one sentence.
  const wording = new Wording(style === 'alt' ? ['colour'] : undefined);
  const groups = groupThings(scene.things).slice(0, MOST_GROUPS[style]);
  const context: Context = { scene, wording, groups, shape: Number.parseInt(seed.slice(0, 6), 16) % 3 || 0 };
  const quotation = pictureText && quoteText(pictureText, scene.things, style);
  if (style === 'alt') {
    if (quotation?.leads) return writeParagraph([quotation.sentence]);
    return writeParagraph([[...altSentence(context), ...(quotation?.clause ?? [])]]);
  }
  // Where writing is what the picture is about, that nothing else could be named is no news.
  const opening = quotation?.leads && groups.length === 0 ? [] : openingSentences(context);
  const regions = regionSentences(context);
  return writeParagraph([
    ...(quotation?.leads ? [quotation.sentence] : []),
    ...opening,
    ...(style === 'vivid' ? [...otherThings(context), ...regions] : regions.slice(0, 1)),
    ...(quotation && !quotation.leads ? [quotation.sentence] : []),
    ...(style === 'vivid' ? lightSentences(context) : []),
  ]);
}

/** The most striking thing, with what it stands next to; or that nothing could be named. */
function openingSentences(context: Context): Phrase[] {
  const [main] = context.groups;
  if (main) return [mainSentence(context, main)];
  const nothing: Phrase = ['no object in the scene could be named with confidence'];
  const { shape } = context.scene;
  if (!shape) return [nothing];
  const [group] = groupThings([shape]);
  return [
    nothing,
    [...nounPhrase(group!, context.scene, context.wording), ' stands out ', placeOf(shape.box, false)],
  ];
}

function mainSentence({ scene, wording, groups, shape }: Context, main: Group): Phrase {
  const related = findRelation(groups);
  const place = placeOf(main.box, isPlural(main));
  if (related) {
    const subject = nounPhrase(related.subject, scene, wording);
    const object = nounPhrase(related.object, scene, wording);
    const clause = [
      ...subject,
      isPlural(related.subject) ? ' are ' : ' is ',
      `${related.relation} `,
      ...object,
    ];
    if (shape === 1) return [place, ', ', ...clause];
    return [...clause, place.includes(',') ? ', ' : ' ', place];
  }
  const subject = nounPhrase(main, scene, wording);
  const plural = isPlural(main);
  if (main.area > FILLING) return [...subject, plural ? ' dominate' : ' dominates', ' the scene'];
  if (shape === 1) return [place, plural ? ' are ' : ' is ', ...subject];
  if (shape === 2 || place === 'across the scene')
    return [...subject, plural ? ' appear ' : ' appears ', place];
  return [...subject, plural ? ' are ' : ' is ', place];
}

/** The things that the first sentence did not speak of. */
function otherThings({ scene, wording, groups, shape }: Context): Phrase[] {
  const [main] = groups;
  const related = findRelation(groups);
  const [first, ...more] = groups.filter(
    group => group !== main && group !== related?.subject && group !== related?.object,
  );
  if (!main || !first) return [];
  const direction = directionFrom(main.box, first.box);
  const verb = isPlural(first) ? 'are' : 'is';
  const phrase = nounPhrase(first, scene, wording);
  const sentence: Phrase =
    shape === 0 ? [`there ${verb} also `, ...phrase, ` ${direction}`] : [`${direction} ${verb} `, ...phrase];
  if (more.length === 0) return [sentence];
  return [
    sentence,
    ['the scene also holds ', ...listOf(more.map(group => nounPhrase(group, scene, wording)))],
  ];
}

function regionPhrase(region: MeasuredRegion, { scene, wording }: Context): Phrase {
  const bare = [...spaced(wording.choose(attributesOfRegion(region, scene), region.kind)), region.kind];
  const phrase = COUNTABLE_REGIONS.has(region.kind) ? indefinite(bare) : bare;
  return region.confidence < SURE_REGION ? ['what looks like ', ...phrase] : phrase;
}

/** One sentence about the up to three largest regions, from the top down. */
function regionSentences(context: Context): Phrase[] {
  const largest = [...context.scene.regions].sort((one, other) => other.share - one.share).slice(0, 3);
  const regions = context.scene.regions.filter(region => largest.includes(region));
  const [first, second, third] = regions;
  if (!first) return [];
  const opening = regionPhrase(first, context);
  if (!second) return [aloneSentence(first, opening, context.shape)];
  const upper = first.kind === 'sky' ? ' stretches above ' : ' rises behind ';
  const both = [
    ...opening,
    isAbove(first, second) ? upper : ' lies behind ',
    ...regionPhrase(second, context),
  ];
  return [third ? [...both, ', with ', ...regionPhrase(third, context), ' below'] : both];
}

function aloneSentence(region: MeasuredRegion, phrase: Phrase, shape: number): Phrase {
  if (region.kind === 'background') return ['behind is ', ...phrase];
  const middle = region.box.y + region.box.height / 2;
  if (middle < 0.35) return [...phrase, ' stretches across the top'];
  if (middle > 0.65) return shape === 1 ? ['below lies ', ...phrase] : [...phrase, ' covers the lower part'];
  return [...phrase, ' fills the background'];
}

/** Whether the first of two regions lies mostly above the second. */
function isAbove(upper: MeasuredRegion, lower: MeasuredRegion): boolean {
  return upper.box.y + upper.box.height < lower.box.y + lower.box.height * 0.6;
}

/** How the colours and the light are; what was measured to be nothing special is not spoken of. */
function lightSentences({ scene, wording, shape }: Context): Phrase[] {
  const { light, contrast, colours, focus } = attributesOfLight(scene.light);
  const noun = scene.light.tone === 'none' ? 'colours' : 'tones';
  const colourWords = wording.choose(colours, noun);
  const accents = wording.choose(
    accentsOf(scene, word => wording.isUsed(word)),
    'accents',
  );
  const withAccents: Phrase = accents.length > 0 ? [', with ', ...accents, ' accents'] : [];
  const onColours: Phrase[] =
    colourWords.length > 0 ? [[`the ${noun} are `, ...colourWords, ...withAccents]] : [];
  const lightWord = wording.choose([light], 'light');
  const contrastWord = wording.choose([contrast], 'contrast');
  const focusWord = focus ? wording.choose([focus], 'edges') : [];
  if (shape === 1) {
    const edges: Phrase = focusWord.length > 0 ? [' and the edges ', ...focusWord] : [];
    const joint = edges.length > 0 ? ', the contrast ' : ' and the contrast ';
    return [['the light is ', ...lightWord, joint, ...contrastWord, ...edges], ...onColours];
  }
  const edges: Phrase = focusWord.length > 0 ? [', and its edges are ', ...focusWord] : [];
  return [
    ...onColours,
    ['the scene has ', ...lightWord, ' light and ', ...contrastWord, ' contrast', ...edges],
  ];
}

const SETTINGS: Partial<Record<MeasuredRegion['kind'], string>> = { sky: ' under ', background: ' against ' };

/** One plain sentence for a screen reader: what is there and where, and what it is set against. */
function altSentence(context: Context): Phrase {
  const { scene, wording, groups } = context;
  const region = [...scene.regions].sort((one, other) => other.share - one.share)[0];
  const [main] = groups;
  const [shape] = scene.shape ? groupThings([scene.shape]) : [];
  const opening: Phrase = main
    ? mainSentence(context, main)
    : shape
      ? [...nounPhrase(shape, scene, wording), ' ', placeOf(shape.box, false)]
      : ['a scene without an object that could be named'];
  if (!region) return opening;
  return [...opening, SETTINGS[region.kind] ?? ', with ', ...regionPhrase(region, context)];
}
