import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Candidates, readCandidates } from '../../caption-files.ts';
import { findQuotes } from '../../inference/find-quotes.ts';
import { BenchmarkError } from '../benchmark-error.ts';
import type { Contender } from '../contender.ts';
import { parametersIn } from './parse-contender.ts';
import { createGrounder, type SceneSource } from './scene-source.ts';

const MOST_BYTES = 300_000_000;

/** Captions by image, with the SHA-256 of their file. */
export interface CaptionFile {
  readonly captions: Candidates;
  readonly hash: string;
}

/**
 * Reads captions: COCO results `[{image_id, caption}]`, the same as JSON Lines, or CSV.
 *
 * @throws CaptionFileError; BenchmarkError where it is too large
 */
export async function readCaptionFile(file: string): Promise<CaptionFile> {
  // What cannot be looked at, reading it explains.
  const size = await stat(file).then(
    found => found.size,
    () => 0,
  );
  if (size > MOST_BYTES) {
    throw new BenchmarkError(
      'benchmark-contender',
      `${file} is larger than ${MOST_BYTES / 1e6} MB: leave out what the set does not have.`,
    );
  }
  const captions = await readCandidates(file);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return { captions, hash: hash.digest('hex') };
}

export interface RecordedContenderOptions {
  readonly name: string;
  readonly file: string;
  readonly scenes: SceneSource;
  readonly onWarning: (warning: string) => void;
}

/** Texts that were written before, by whatever model: nothing is asked, timed or paid. */
export function createRecordedContender({
  name,
  file,
  scenes,
  onWarning,
}: RecordedContenderOptions): Contender {
  let reading: Promise<CaptionFile> | undefined;
  let hash: string | null = null;
  const ground = createGrounder(name, scenes, onWarning);

  return {
    name,
    kind: 'recorded',
    concurrency: 1,
    trials: null,
    identity: () => ({
      engine: 'recorded',
      model: name,
      revision: hash,
      promptVersion: null,
      maxTokens: null,
      parametersB: parametersIn(name),
      remarks: [
        'Its texts were recorded before and not made here: prompt and token limit are not known, and nothing was timed.',
      ],
    }),
    async prepare(signal) {
      signal.throwIfAborted();
      reading ??= readCaptionFile(file);
      hash = (await reading).hash;
      return null;
    },
    async predict(item, signal) {
      reading ??= readCaptionFile(file);
      const { captions } = await reading;
      const text = captions.get(item.id)?.trim();
      if (!text) {
        throw new BenchmarkError(
          'benchmark-missing',
          `${file} holds no text for item ${item.id.slice(0, 80)}.`,
        );
      }
      const quotes = findQuotes(text);
      return {
        text,
        describeMs: null,
        firstTextMs: null,
        usage: null,
        grounding: await ground(text, quotes, item.image, signal),
        quotes,
      };
    },
    async close() {
      reading = undefined;
    },
  };
}
