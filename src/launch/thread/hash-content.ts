import { createHash } from 'node:crypto';
import type { ThreadContent } from './thread.ts';

/**
 * The hash that an approval is bound to: SHA-256 in hex over texts, pictures and alt texts in order, so that a thread with any
 * other byte has another hash.
 */
export function hashContent({ parts }: ThreadContent): string {
  // Arrays, whose order is fixed; JSON marks where each string ends, and tells lone surrogates apart.
  const canonical = [
    'thread-1',
    parts.map(({ text, pictures }) => [
      text,
      pictures.map(({ fileName, pngBase64, altText }) => [fileName, pngBase64, altText]),
    ]),
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
