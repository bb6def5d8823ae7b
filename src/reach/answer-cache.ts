import { LRUCache } from 'lru-cache';
import type { AnswerCache } from './fetch-source.ts';

/** Of GitHub: more than a run asks for. */
const MAX_ANSWERS = 500;
const MAX_ANSWER_CHARS = 64 * 1024 * 1024;

/** What GitHub answered, for conditional requests: kept from run to run by who runs several. */
export function createAnswerCache(): AnswerCache {
  return new LRUCache({
    max: MAX_ANSWERS,
    maxSize: MAX_ANSWER_CHARS,
    sizeCalculation: ({ body }) => body.length + 1,
  });
}
