/**
 * Makes ../fixtures/recorded: 300 pretended images with four references, and the predictions of four pretended models
 * of different quality.
 *
 *   node tests/benchmarks/reference/make-set.ts
 *
 * - near: another caption of the same scene. nearer: a reference with one word changed in a third of the images.
 * - mixed: near, but in two of five images the caption of the next image; none for every 25th image.
 * - short: the first words of near, in every fourth image with a word of praise.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { synthesizeCaptions } from '../../../bench/synthetic-captions.ts';

const IMAGES = 300;
const GROUPS = ['in-domain', 'near-domain', 'out-domain'];

const scenes = [...synthesizeCaptions(IMAGES)];
const items = scenes.map(({ imageId, references }, i) => ({
  id: imageId,
  group: GROUPS[i % GROUPS.length]!,
  references: references.slice(0, 4),
}));
const near = scenes.map(({ candidate }) => candidate);
const predictions: Record<string, readonly (string | null)[]> = {
  near,
  nearer: scenes.map(({ references }, i) =>
    i % 3 === 0 ? references[0]!.replace(/ (?:a|the) /, ' one ') : references[4]!,
  ),
  mixed: near.map((caption, i) => (i % 25 === 24 ? null : i % 5 < 2 ? near[(i + 1) % IMAGES]! : caption)),
  short: near.map(
    (caption, i) =>
      `${i % 4 === 0 ? 'A beautiful view with ' : ''}${caption.split(' ').slice(0, 6).join(' ')}.`,
  ),
};

const folder = new URL('../fixtures/recorded/', import.meta.url);
mkdirSync(folder, { recursive: true });
const write = (name: string, rows: readonly object[]) =>
  writeFileSync(
    new URL(`${name}.json`, folder),
    `[\n${rows.map(row => JSON.stringify(row)).join(',\n')}\n]\n`,
  );
write('items', items);
for (const [name, captions] of Object.entries(predictions)) {
  write(
    name,
    captions.flatMap((caption, i) => (caption === null ? [] : { image_id: items[i]!.id, caption })),
  );
}
