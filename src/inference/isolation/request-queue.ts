import { InferenceError } from './inference-error.ts';

export interface QueueLimits {
  /** The most requests that wait. */
  readonly maxItems: number;
  /** The most bytes of image files that wait. */
  readonly maxBytes: number;
  /** The most of both that one source may take up, 0 to 1: what is left stays open to the others. */
  readonly sourceShare: number;
}

export interface Queued {
  /** Who asks: a channel, a team, an address. Sources take turns. */
  readonly source: string;
  readonly bytes: Uint8Array;
}

export interface RequestQueue<T extends Queued> {
  readonly length: number;
  /** Size of the images that wait. */
  readonly byteLength: number;
  /** @throws InferenceError `busy` where the queue, or the source's share of it, is full */
  push(item: T): void;
  /** Puts an item that had its turn back to the front, whatever the limits. */
  putBack(item: T): void;
  /** The next item: sources take turns, and each source's items come in order. */
  shift(): T | undefined;
  /** @returns false where it does not wait */
  remove(item: T): boolean;
}

interface Line<T> {
  readonly items: T[];
  bytes: number;
}

/** A queue with room for so many items and bytes, that no single source can fill or hold up. */
export function createRequestQueue<T extends Queued>(limits: QueueLimits): RequestQueue<T> {
  const { maxItems, maxBytes, sourceShare } = limits;
  if (!(maxItems >= 1 && maxBytes >= 1 && sourceShare > 0 && sourceShare <= 1)) {
    throw new RangeError(`not limits of a queue: ${JSON.stringify(limits)}`);
  }
  // In the order of their turns: whoever was served goes to the end.
  const lines = new Map<string, Line<T>>();
  let length = 0;
  let byteLength = 0;

  function count(line: Line<T>, { bytes }: T, sign: 1 | -1): void {
    line.bytes += sign * bytes.byteLength;
    byteLength += sign * bytes.byteLength;
    length += sign;
  }

  return {
    get length() {
      return length;
    },
    get byteLength() {
      return byteLength;
    },
    push(item) {
      const line = lines.get(item.source) ?? { items: [], bytes: 0 };
      const size = item.bytes.byteLength;
      if (length + 1 > maxItems || byteLength + size > maxBytes) {
        throw new InferenceError(
          'busy',
          'Too many images are waiting to be described: try again in a moment.',
        );
      }
      // A share always has room for one.
      const isOverShare =
        line.items.length + 1 > maxItems * sourceShare || line.bytes + size > maxBytes * sourceShare;
      if (line.items.length > 0 && isOverShare) {
        throw new InferenceError(
          'busy',
          'Too many of your images are waiting to be described: try again in a moment.',
        );
      }
      lines.set(item.source, line);
      line.items.push(item);
      count(line, item, 1);
    },
    putBack(item) {
      const line = lines.get(item.source) ?? { items: [], bytes: 0 };
      line.items.unshift(item);
      count(line, item, 1);
      const others = [...lines].filter(([source]) => source !== item.source);
      lines.clear();
      for (const [source, each] of [[item.source, line] as const, ...others]) lines.set(source, each);
    },
    shift() {
      const [next] = lines;
      if (!next) return undefined;
      const [source, line] = next;
      const item = line.items.shift()!;
      count(line, item, -1);
      lines.delete(source);
      if (line.items.length > 0) lines.set(source, line);
      return item;
    },
    remove(item) {
      const line = lines.get(item.source);
      const index = line?.items.indexOf(item) ?? -1;
      if (!line || index < 0) return false;
      line.items.splice(index, 1);
      count(line, item, -1);
      if (line.items.length === 0) lines.delete(item.source);
      return true;
    },
  };
}
