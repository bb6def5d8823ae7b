import { findQuotes } from '../../find-quotes.ts';
import { PROMPT_VERSION, promptFor } from '../../prompts.ts';
import type { Engine } from '../engine.ts';
import { encodeUpload } from './encode-upload.ts';
import type { EndpointClient } from './endpoint-client.ts';

/** The longest side of the uploaded picture in pixels. */
const MAX_IMAGE_SIDE = 1024;

/** An engine that has an endpoint describe images. Several may be asked for at once. */
export function createEndpointEngine(
  name: string,
  model: string,
  client: EndpointClient,
  maxImageSide = MAX_IMAGE_SIDE,
): Engine & { readonly promptVersion: string } {
  return {
    name,
    model,
    promptVersion: PROMPT_VERSION,
    async load(signal) {
      signal?.throwIfAborted();
      await client.connect();
    },
    async describe(image, { style, maxTokens, onText }, signal) {
      const upload = await encodeUpload(image, maxImageSide);
      const question = { prompt: promptFor(style), image: upload, maxTokens };
      const { text, usage } = await client.ask(question, signal, onText);
      return { text, quotes: findQuotes(text), promptVersion: PROMPT_VERSION, usage };
    },
    async close() {
      client.close();
    },
  };
}
