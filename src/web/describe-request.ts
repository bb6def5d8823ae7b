import { setTimeout as wait } from 'node:timers/promises';
import type { BotMetrics } from '../bots/commands/bot-metrics.ts';
import type { BotsConfig } from '../config/config.ts';
import { type DescriptionReport, reportDescription } from '../description-report.ts';
import type { Style } from '../inference/engines/engine.ts';
import { fetchImageBytes, nameOfUrl } from '../inference/image/fetch-image.ts';
import { InferenceError } from '../inference/isolation/inference-error.ts';
import type { NarrationService } from '../inference/narration-service.ts';
import { untilAborted } from '../inference/until-aborted.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { WebError } from './web-error.ts';

export interface WantedDescription {
  /** The image file, or where it is. */
  readonly image: Uint8Array | string;
  readonly style: Style;
  /** The first unless given. */
  readonly engine?: string;
}

export interface DescriberOptions {
  readonly narration: Pick<NarrationService, 'describe'>;
  /** Names, the default first. */
  readonly engines: readonly string[];
  readonly limits: Pick<BotsConfig, 'perPersonPerMinute' | 'perServerPerMinute' | 'deadlineMs'>;
  readonly allowedAddresses: readonly string[];
  readonly metrics: BotMetrics;
}

/**
 * Describes the image of a request. It is counted before it is read: `read` gets the body.
 *
 * @param address whose request it is, for its share of the minute and of the queue
 * @param signal aborted when whoever asked is gone
 * @throws WebError, ImageError, ModelError, InferenceError
 */
export type DescribeRequest = (
  address: string,
  signal: AbortSignal,
  read: () => Promise<WantedDescription>,
) => Promise<DescriptionReport>;

/** Image files that are in memory at a time, 20 MB each at most. */
const MAX_AT_HAND = 8;
const MAX_TEXT_CHARS = 3000;

export function createRequestDescriber(options: DescriberOptions): DescribeRequest {
  const { narration, engines, limits, allowedAddresses, metrics } = options;
  const limiter = createRateLimiter(() => performance.now());
  let atHand = 0;

  function admit(address: string): void {
    if (atHand >= MAX_AT_HAND) {
      throw new WebError('busy', 'Too many images are being described: try again in a moment.');
    }
    const waitMs = limiter.take(
      [
        { key: `address:${address}`, perMinute: limits.perPersonPerMinute },
        { key: 'all', perMinute: limits.perServerPerMinute },
      ],
      1,
    );
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    throw new WebError('rate-limited', `That is too many images a minute: try again in ${seconds} seconds.`);
  }

  async function describe(
    { image, style, engine = engines[0]! }: WantedDescription,
    address: string,
    signal: AbortSignal,
  ): Promise<DescriptionReport> {
    if (!engines.includes(engine)) {
      throw new WebError('bad-request', `There is no such engine here: choose one of ${engines.join(', ')}.`);
    }
    try {
      const isUrl = typeof image === 'string';
      const bytes = isUrl ? await fetchImageBytes(image, { signal, allowedAddresses }) : image;
      const description = await narration.describe({
        ...{ bytes, style, engine, signal, maxChars: MAX_TEXT_CHARS, deadlineMs: limits.deadlineMs },
        source: `web:${address}`,
      });
      const report = reportDescription(isUrl ? nameOfUrl(image) : 'upload', description);
      metrics.described('web', engine, report.timingsMs.describe);
      return report;
    } catch (error) {
      metrics.described('web', engine, null);
      throw error;
    }
  }

  return async (address, gone, read) => {
    const receivedAt = performance.now();
    admit(address);
    atHand++;
    const over = new AbortController();
    const late = new AbortController();
    const signal = AbortSignal.any([gone, late.signal]);
    void wait(limits.deadlineMs, undefined, { signal: over.signal }).then(
      () => late.abort(tooLate(limits.deadlineMs)),
      () => {},
    );
    try {
      const report = await describe(await untilAborted(read(), signal), address, signal);
      metrics.replied('web', performance.now() - receivedAt);
      return report;
    } finally {
      over.abort();
      atHand--;
    }
  };
}

function tooLate(deadlineMs: number): InferenceError {
  return new InferenceError(
    'deadline',
    `The image was not described within ${Math.round(deadlineMs / 1000)} seconds: try again in a moment, or try a smaller image.`,
  );
}
