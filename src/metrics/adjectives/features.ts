/**
 * What the tagger reads off a word's spelling, as names of features. The same function serves training and
 * tagging: a difference between the two would spoil the weights without any error being seen.
 *
 * @param form the word as written
 * @param initial whether it is the sentence's first word, where a capital says little
 * @returns names of features, in a fixed order
 */
export function spellingFeatures(form: string, initial: boolean): string[] {
  const lower = form.toLowerCase();
  const plain = /\d/.test(lower) ? lower.replace(/\d/g, '0') : lower;
  const features: string[] = [];
  const { length } = plain;
  for (let n = 1; n <= 5 && n <= length; n++) features.push(`s${n === length ? '^' : ''}${plain.slice(-n)}`);
  for (let n = 1; n <= 4 && n < length; n++) features.push(`p${plain.slice(0, n)}`);
  features.push(`h${initial ? '^' : ''}${shape(form)}`);
  features.push(`l${Math.min(length, 12)}`);
  return features;
}

/** The word's outline with runs collapsed: "McDonald's" is XxXx'x, "1,200" is 0,0. */
function shape(form: string): string {
  let out = '';
  let last = '';
  for (const character of form) {
    const kind = kindOf(character);
    if (kind !== last) out += kind;
    last = kind;
    if (out.length >= 8) break;
  }
  return out === 'X' && form.length > 1 ? 'XX' : out;
}

function kindOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 128) {
    if (code >= 97 && code <= 122) return 'x';
    if (code >= 65 && code <= 90) return 'X';
    return code >= 48 && code <= 57 ? '0' : character;
  }
  if (/\p{Lu}/u.test(character)) return 'X';
  if (/\p{L}/u.test(character)) return 'x';
  return /\p{N}/u.test(character) ? '0' : character;
}
