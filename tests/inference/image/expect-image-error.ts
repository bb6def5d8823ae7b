import { expect } from 'vitest';
import { ImageError, type ImageErrorCode } from '../../../src/inference/image/image-error.ts';

/**
 * Expects work to be refused with a code and a sentence for people that holds these words, among them the
 * remedy's, and nothing that only a programmer would want to read.
 */
export async function expectImageError(
  work: Promise<unknown>,
  code: ImageErrorCode,
  ...words: readonly string[]
): Promise<ImageError> {
  const error = await work.then(
    () => expect.fail(`should have been refused as ${code}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ImageError)) throw error;
  expect(`${error.code}: ${error.message}`).toContain(`${code}: `);
  for (const word of words) expect(error.message).toContain(word);
  expect(error.message).toMatch(/^[^\n]+: [^\n]+[.)]$/);
  expect(error.message).not.toMatch(/Error\b|\bat \/|Vips|libvips|undici|UND_ERR|ECONN|undefined|\[object/);
  return error;
}
