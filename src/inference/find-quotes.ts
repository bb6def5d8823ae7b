import type { Quote } from './engines/engine.ts';

/**
 * Finds the stretches that a text puts in double quotation marks, curly or straight. The prompts have models quote
 * writing in the image so, and nothing else.
 *
 * @returns the stretches between the marks, in order; a mark that is never closed quotes nothing
 */
export function findQuotes(text: string): Quote[] {
  return [...text.matchAll(/“([^“”]+)”|"([^"]+)"/gu)].map(({ index, 0: quotation }) => ({
    start: index + 1,
    end: index + quotation.length - 1,
  }));
}
