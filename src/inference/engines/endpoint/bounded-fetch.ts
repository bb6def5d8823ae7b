/** An answer whose body went on for longer, was silent for longer, or ended sooner than it may. */
export class BodyError extends Error {
  readonly reason: 'too-long' | 'silent' | 'broken';

  constructor(reason: BodyError['reason'], options?: { cause?: unknown }) {
    super(`the body is ${reason}`, options);
    this.name = 'BodyError';
    this.reason = reason;
  }
}

export interface BodyLimits {
  readonly maxBytes: number;
  /** The longest silence between two pieces of a body, in milliseconds. */
  readonly idleMs: number;
}

/**
 * The same `fetch` with bounded bodies, and without redirects: the image and the key go where they were sent and
 * nowhere else.
 *
 * @returns a function whose responses' bodies fail with a BodyError
 */
export function boundFetch(fetch: typeof globalThis.fetch, limits: BodyLimits): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    if (!response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(boundBody(response.body, limits), { status, statusText, headers });
  };
}

function boundBody(body: ReadableStream<Uint8Array>, { maxBytes, idleMs }: BodyLimits) {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { promise: silence, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new BodyError('silent')), idleMs);
      try {
        const { done, value } = await Promise.race([reader.read(), silence]);
        if (done) return controller.close();
        bytes += value.length;
        if (bytes > maxBytes) throw new BodyError('too-long');
        controller.enqueue(value);
      } catch (error) {
        controller.error(error instanceof BodyError ? error : new BodyError('broken', { cause: error }));
        // Frees the socket; what it says of that is of no interest any more.
        await reader.cancel(error).catch(() => {});
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: reason => reader.cancel(reason),
  });
}
