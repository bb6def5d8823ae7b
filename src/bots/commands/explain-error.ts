import { randomInt } from 'node:crypto';
import { NarratorError } from '../../errors.ts';
import { ImageError } from '../../inference/image/image-error.ts';
import { InferenceError } from '../../inference/isolation/inference-error.ts';
import { ModelError } from '../../inference/model-error.ts';
import { StoreError } from '../../store/store-error.ts';
import { BotError } from './bot-error.ts';
import { oneLine } from './shown-text.ts';

export interface Explanation {
  /** For the member: what was wrong and what to do. */
  readonly sentence: string;
  /** Whether the same may go well in a while. */
  readonly mayPass: boolean;
  /** A refusal by the rules, not a fault: it is no line of the log's. */
  readonly isRefusal: boolean;
}

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

/** A short id that a member can read out and an operator find in the log: `r-7kq2m`. */
export function shortId(): string {
  return `r-${Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}

/** What an operator has to see to: members are told no more than that. */
const OPERATORS = 'The bot could not do this. Whoever runs it can find out why by the id below.';

/** About files of the machine that the bot runs on. */
const FILE_CODES: readonly string[] = [
  'not-found',
  'is-directory',
  'unreadable',
] satisfies ImageError['code'][];
const PASSING_IMAGE_CODES: readonly string[] = [
  'decode-timeout',
  'fetch-failed',
  'fetch-timeout',
  'http-status',
] satisfies ImageError['code'][];
const PASSING_INFERENCE_CODES: readonly string[] = [
  'busy',
  'deadline',
  'inference-crashed',
  'stopping',
] satisfies InferenceError['code'][];

const PASSING_STORE_CODES: readonly string[] = [
  'store-busy',
  'store-unavailable',
] satisfies StoreError['code'][];

/** A model's own messages name hosts, paths and settings. */
const MODEL_SENTENCES: Readonly<Record<string, string>> = {
  'endpoint-limited': 'The model takes no more images for now: try again in a few minutes.',
  'endpoint-unavailable': 'The model cannot be reached at the moment: try again in a few minutes.',
  'endpoint-timeout': 'The model took too long: try again in a moment.',
  'endpoint-malformed': 'The model answered with something that is no description: try again.',
  'model-timeout': 'The model took too long: try again in a moment, or try a smaller image.',
  'model-failed': 'The model gave no description of this image: try again, or try another image.',
};

/** Decides, by the class and code of an error, what of it a member is told. */
export function explainError(error: unknown): Explanation {
  if (error instanceof BotError) {
    const isRefusal = error.code !== 'platform' && error.code !== 'not-permitted';
    return { sentence: oneLine(error.message, 500), mayPass: error.code === 'platform', isRefusal };
  }
  if (error instanceof ImageError && !FILE_CODES.includes(error.code)) {
    return fault(oneLine(error.message, 500), PASSING_IMAGE_CODES.includes(error.code));
  }
  if (error instanceof InferenceError) {
    if (PASSING_INFERENCE_CODES.includes(error.code)) return fault(error.message, true);
    if (error.code === 'inference-memory') {
      return fault('Describing the image took more memory than it may take: try a smaller image.', false);
    }
    return fault(OPERATORS, false);
  }
  if (error instanceof ModelError) {
    const sentence = MODEL_SENTENCES[error.code];
    return fault(sentence ?? OPERATORS, sentence !== undefined);
  }
  if (error instanceof StoreError && PASSING_STORE_CODES.includes(error.code)) {
    return fault('The bot cannot reach what it keeps at the moment: try again in a minute.', true);
  }
  return fault(OPERATORS, false);
}

function fault(sentence: string, mayPass: boolean): Explanation {
  return { sentence, mayPass, isRefusal: false };
}

/** An error as a log line has it: the chain of its causes, without stacks that repeat them. */
export function errorFields(error: unknown): object {
  const causes: string[] = [];
  for (let at: unknown = error; at instanceof Error && causes.length < 5; at = at.cause) {
    causes.push(`${at.name}: ${at.message}`);
  }
  const code = error instanceof NarratorError ? error.code : undefined;
  const stack = error instanceof NarratorError || !(error instanceof Error) ? undefined : error.stack;
  return { code, causes: causes.length > 0 ? causes : [String(error)], stack };
}
