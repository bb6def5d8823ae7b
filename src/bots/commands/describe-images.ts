import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { reportDescription } from '../../description-report.ts';
import { cleanModelText } from '../../inference/clean-text.ts';
import type { Style } from '../../inference/engines/engine.ts';
import { InferenceError } from '../../inference/isolation/inference-error.ts';
import type { NarrationService } from '../../inference/narration-service.ts';
import { untilAborted } from '../../inference/until-aborted.ts';
import type { PostedImage } from './bot-port.ts';
import { type DescribedImage, describedImage } from './described-image.ts';
import { unfinished } from './shown-text.ts';

/**
 * The most characters of one text, and of all texts of a reply. Slack takes 3,000 in a section and about 13,200 in all
 * blocks; Discord takes 4,096 in an embed's description and 6,000 in all embeds, signs of escape included.
 */
const MAX_TEXT_CHARS = 3000;
const MAX_BRIEF_CHARS = 1000;
const MAX_REPLY_CHARS = 3500;

/** Alt text on Discord takes 1,024 characters, on Slack and X 1,000. */
const MAX_ALT_CHARS = 1000;

/** Image files that are in memory at a time, 20 MB each at most; more wait for their turn. */
const MAX_AT_HAND = 16;
const MAX_WAITING = 512;

interface ImagesRequest {
  readonly images: readonly Pick<PostedImage, 'read'>[];
  readonly style: Style;
  readonly engine: string;
  /** Whose turn it is: the channel. */
  readonly source: string;
  /** Ask the engine again, whatever it said before. */
  readonly isFresh?: boolean;
  /** The longest time for an image, in milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Told an image's text so far, clean and ending in "…". */
  readonly onText?: (index: number, textSoFar: string) => void;
}

export type ImageOutcome = DescribedImage | { readonly error: unknown };

/** Those of the images that were described. */
export function describedOf(outcomes: readonly ImageOutcome[]): DescribedImage[] {
  return outcomes.flatMap(outcome => ('error' in outcome ? [] : [outcome]));
}

/** @throws the first image's error where none was described */
export function requireOne(outcomes: readonly ImageOutcome[]): void {
  const [first] = outcomes;
  if (first && 'error' in first && describedOf(outcomes).length === 0) throw first.error;
}

export type DescribeImages = (request: ImagesRequest) => Promise<ImageOutcome[]>;

/** Reads and describes images, all at a time as far as there is room. Rejects only when the signal is aborted. */
export function createImageDescriber(narration: NarrationService): DescribeImages {
  const atHand = bulkhead(MAX_AT_HAND, MAX_WAITING);

  async function describeOne(request: ImagesRequest, index: number): Promise<DescribedImage> {
    const { style, engine, source, isFresh, onText } = request;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(tooLate(request.deadlineMs)), request.deadlineMs);
    const signal = AbortSignal.any([request.signal, deadline.signal]);
    const maxChars = maxCharsOf(style, request.images.length);
    try {
      const askedAt = performance.now();
      const work = atHand.execute(async () => {
        signal.throwIfAborted();
        const waitedMs = performance.now() - askedAt;
        const bytes = await untilAborted(request.images[index]!.read(signal), signal);
        const readAt = performance.now();
        const readMs = readAt - askedAt - waitedMs;
        const description = await narration.describe({
          bytes,
          source,
          style,
          engine,
          isFresh,
          maxChars,
          // The timer above, which began before the image was read, ends sooner.
          deadlineMs: request.deadlineMs,
          signal,
          onText:
            onText &&
            (text => {
              if (!signal.aborted)
                onText(index, unfinished(cleanModelText(text, { maxChars: 10_000 }), maxChars));
            }),
        });
        const inferenceMs = waitedMs + performance.now() - readAt;
        return describedImage(reportDescription('', description), { readMs, inferenceMs });
      });
      return await untilAborted(work, signal);
    } catch (error) {
      request.signal.throwIfAborted();
      if (error instanceof BulkheadRejectedError) {
        throw new InferenceError('busy', 'Too many images are being described: try again in a moment.');
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  return async request => {
    const outcomes = await Promise.allSettled(request.images.map((_, index) => describeOne(request, index)));
    request.signal.throwIfAborted();
    return outcomes.map(outcome =>
      outcome.status === 'fulfilled' ? outcome.value : { error: outcome.reason },
    );
  };
}

function maxCharsOf(style: Style, images: number): number {
  const most = style === 'vivid' ? MAX_TEXT_CHARS : style === 'alt' ? MAX_ALT_CHARS : MAX_BRIEF_CHARS;
  return Math.min(most, Math.floor(MAX_REPLY_CHARS / images));
}

function tooLate(deadlineMs: number): InferenceError {
  return new InferenceError(
    'deadline',
    `The image was not described within ${Math.round(deadlineMs / 1000)} seconds: try again in a moment, or try a smaller image.`,
  );
}
