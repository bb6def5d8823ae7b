/** What a recogniser read from one line. */
export interface Reading {
  readonly text: string;
  /** Mean probability of its characters, 0 to 1; 0 where nothing was read. */
  readonly confidence: number;
}

/**
 * Reads a recogniser's output by taking the likeliest class at each step, joining repeats and dropping blanks
 * (Graves et al. 2006, "Connectionist Temporal Classification", section 3.2, best path decoding).
 *
 * @param probabilities `steps * characters.length` values, step by step
 * @param characters what each class stands for; class 0 is the blank
 */
export function decodeCtc(probabilities: Float32Array, characters: readonly string[]): Reading {
  const classes = characters.length;
  let text = '';
  let sum = 0;
  let count = 0;
  let previous = 0;
  for (let from = 0; from + classes <= probabilities.length; from += classes) {
    let best = 0;
    for (let i = 1; i < classes; i++) {
      if (probabilities[from + i]! > probabilities[from + best]!) best = i;
    }
    if (best !== 0 && best !== previous) {
      text += characters[best];
      sum += probabilities[from + best]!;
      count++;
    }
    previous = best;
  }
  return { text, confidence: count === 0 ? 0 : sum / count };
}
