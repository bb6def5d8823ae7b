import { hasRefusedCharacters, MAX_WEIGHTED_LENGTH, weightedLengthOf } from './measure-post.ts';
import type { ThreadContent, ThreadPicture } from './thread.ts';

const MAX_PICTURES = 4;
/** X takes 5 MB for a picture, and 1,000 characters to describe it. */
const MAX_PICTURE_BYTES = 5_000_000;
const MAX_ALT_CHARS = 1000;
/** More than anyone reads, and few enough for X's limits on posts. */
export const MAX_PARTS = 25;

/** In UTF-16 code units. A link may have 4,096; what has more is refused before it is measured, which takes long then. */
const MAX_PART_CHARS = 5000;
/** What no reader sees, or what shows a text in another order than it has. Lines may end. */
const HIDDEN = /(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Texts that are too long even to be looked at: a sentence for each. */
export function checkSizes(texts: readonly string[]): string[] {
  return texts.flatMap((text, index) =>
    text.length > MAX_PART_CHARS ? [`Part ${index + 1} has ${text.length} characters.`] : [],
  );
}

/** Everything for which X would refuse a part, or that a reader would miss: a sentence for each, none where all is well. */
export function checkParts({ parts }: ThreadContent): string[] {
  const faults = checkSizes(parts.map(({ text }) => text));
  if (faults.length > 0) return faults;
  if (parts.length === 0) faults.push('The thread is empty: no part has a text.');
  if (parts.length > MAX_PARTS)
    faults.push(`The thread has ${parts.length} parts; ${MAX_PARTS} are the most.`);
  parts.forEach(({ text, pictures }, index) => {
    const place = `Part ${index + 1}`;
    const length = weightedLengthOf(text);
    if (text.trim() === '') faults.push(`${place} has no text.`);
    if (length > MAX_WEIGHTED_LENGTH) {
      faults.push(
        `${place} has a length of ${length}, ${length - MAX_WEIGHTED_LENGTH} more than X's ${MAX_WEIGHTED_LENGTH}.`,
      );
    }
    if (hasRefusedCharacters(text) || HIDDEN.test(text)) {
      faults.push(
        `${place} holds characters that X refuses, or that nobody sees (U+FEFF, U+202E and the like).`,
      );
    }
    if (parts.findIndex(other => other.text.trim() === text.trim()) !== index) {
      faults.push(`${place} says the same as one before it: X refuses a post that it has already.`);
    }
    if (pictures.length > MAX_PICTURES) {
      faults.push(`${place} has ${pictures.length} pictures; ${MAX_PICTURES} are the most.`);
    }
    for (const picture of pictures) faults.push(...checkPicture(picture, place));
  });
  return faults;
}

function checkPicture({ fileName, pngBase64, altText }: ThreadPicture, place: string): string[] {
  const faults: string[] = [];
  const name = `${place}'s picture ${fileName.slice(0, 80)}`;
  if (!/^[\w-][\w.-]{0,99}\.png$/.test(fileName)) {
    faults.push(`${name} should have a name of letters, digits, dots and hyphens that ends with .png.`);
  }
  const bytes = Buffer.from(pngBase64, 'base64');
  if (bytes.toString('base64') !== pngBase64 || !bytes.subarray(0, PNG.length).equals(PNG)) {
    faults.push(`${name} is no PNG file.`);
  }
  if (bytes.length > MAX_PICTURE_BYTES) {
    faults.push(`${name} has ${(bytes.length / 1e6).toFixed(1)} MB; X takes ${MAX_PICTURE_BYTES / 1e6} MB.`);
  }
  if (altText.trim() === '') faults.push(`${name} has no alt text: without it, it is not published.`);
  if (HIDDEN.test(altText)) faults.push(`${name} has characters in its alt text that nobody sees.`);
  if (altText.length > MAX_ALT_CHARS) {
    faults.push(`${name} has an alt text of ${altText.length} characters; X takes ${MAX_ALT_CHARS}.`);
  }
  return faults;
}
