import type { ColourShare } from './measure-colours.ts';
import type { MeasuredThing } from './measure-scene.ts';
import type { ColourFamily } from './palette.ts';

/** Skin and hair have these colours: on a person they are never named. */
export const SKIN_FAMILIES: ReadonlySet<ColourFamily> = new Set(['brown', 'orange', 'pink', 'white']);

/** Things that the background is seen through: of their box only what is hardly met around it is theirs. */
const OPEN_THINGS: ReadonlySet<string> = new Set([
  'bicycle',
  'motorcycle',
  'chair',
  'bench',
  'scissors',
  'skis',
]);

/** Whether the background is seen through things with this label. */
export function isOpen(label: string): boolean {
  return OPEN_THINGS.has(label);
}

/** The colours that are surely a thing's own, not those of what is seen through it. */
export function ownColours({ label, colours }: MeasuredThing): readonly ColourShare[] {
  return isOpen(label) ? colours.filter(isForeign) : colours;
}

function isForeign({ share, excess }: ColourShare): boolean {
  return excess > 0.6 * share && share > 0.02;
}
