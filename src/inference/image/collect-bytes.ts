import { tooLarge } from './image-error.ts';
import { isDecided, SNIFF_BYTES, sniffFormat } from './sniff-format.ts';

/**
 * Reads a stream that claims to be an image into memory. What is not an image is refused as soon as its first
 * bytes show it, so that an endless log or a large web page is never read to its end.
 *
 * @param stream left early (which closes it) on a refusal
 * @param name names the input in the error
 * @param maxBytes the most bytes that are taken
 * @throws ImageError `too-large`, or what `sniffFormat` throws; the stream's own errors pass through
 */
export async function collectBytes(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let accepted = false;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(name, maxBytes);
    if (accepted) continue;
    const head = Buffer.concat(chunks, Math.min(length, SNIFF_BYTES));
    if (isDecided(head)) {
      sniffFormat(head, name);
      accepted = true;
    }
  }
  const bytes = Buffer.concat(chunks, length);
  sniffFormat(bytes, name);
  return bytes;
}
