import { createEndpointClient, type EndpointLimits } from '../endpoint/endpoint-client.ts';
import { createEndpointEngine } from '../endpoint/endpoint-engine.ts';
import { createOpenAiApi, type OpenAiOptions } from './openai-api.ts';

export interface OpenAiEngineOptions extends OpenAiOptions, EndpointLimits {
  /** The longest side of the uploaded picture in pixels. */
  readonly maxImageSide?: number;
}

/**
 * The engine that asks an endpoint with OpenAI's chat completions API and image input.
 *
 * @throws NarratorError with the code "usage" where the base URL cannot be one
 */
export function createOpenAiEngine(options: OpenAiEngineOptions) {
  const client = createEndpointClient(createOpenAiApi(options), options);
  return createEndpointEngine('openai', options.model, client, options.maxImageSide);
}
