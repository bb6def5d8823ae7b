import type { MeasuredThing, Scene } from '../../inference/scene/measure-scene.ts';
import { meaningOf, type NounMeaning, singularOf, widerLabel } from './nouns.ts';
import type { Candidate } from './verdict.ts';

/** A finding below this is named with a hedge: it can bear a claim out but not contradict one. */
const SURE_THING = 0.35;
const SURE_REGION = 0.58;

/** What a noun of the text stands for in the scene. */
export interface Target {
  readonly noun: string;
  readonly meaning: NounMeaning;
  /** Things and regions that it may mean; empty where the scene has none. */
  readonly candidates: readonly Candidate[];
  /** Those candidates that are things. */
  readonly things: readonly MeasuredThing[];
}

/** Finds what a noun (as written in the text) stands for in a scene. */
export function findTarget(noun: string, scene: Scene): Target {
  const meaning = meaningOf(noun);
  const wider = widerLabel(meaning.labels);
  const known = scene.shape ? [...scene.things, scene.shape] : scene.things;
  const things = known.filter(({ label }) => isNamed(label, noun, meaning));
  const perhaps = known.filter(
    ({ label }) => label === wider && !things.some(thing => thing.label === label),
  );
  const regions = scene.regions.filter(({ kind }) => meaning.regions.includes(kind));
  return {
    noun,
    meaning,
    things,
    candidates: [
      ...things.map(surface => ({ surface, certain: surface.confidence >= SURE_THING })),
      ...perhaps.map(surface => ({ surface, certain: false })),
      ...regions.map(surface => ({
        surface,
        certain: meaning.wholeRegion && surface.confidence >= SURE_REGION,
      })),
    ],
  };
}

/** Whether a noun names things that the scene holds: those can be counted. */
export function namesThings(noun: string, scene: Scene): boolean {
  const meaning = meaningOf(noun);
  return scene.things.some(({ label }) => isNamed(label, noun, meaning));
}

function isNamed(label: string, noun: string, { labels }: NounMeaning): boolean {
  return labels.includes(label) || label === singularOf(noun);
}
