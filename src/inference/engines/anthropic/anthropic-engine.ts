import { createEndpointClient, type EndpointLimits } from '../endpoint/endpoint-client.ts';
import { createEndpointEngine } from '../endpoint/endpoint-engine.ts';
import { type AnthropicOptions, createAnthropicApi } from './anthropic-api.ts';

export interface AnthropicEngineOptions extends AnthropicOptions, EndpointLimits {}

/**
 * The engine that asks a model of Anthropic's.
 *
 * @throws NarratorError with the code "usage" where the base URL cannot be one
 */
export function createAnthropicEngine(options: AnthropicEngineOptions) {
  return createEndpointEngine(
    'anthropic',
    options.model,
    createEndpointClient(createAnthropicApi(options), options),
  );
}
