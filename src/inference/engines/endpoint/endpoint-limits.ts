import type { EndpointLimits } from './endpoint-client.ts';

/** A description takes seconds, and some endpoints load their model at the first request. */
export const ENDPOINT_LIMITS = {
  timeoutMs: 120_000,
  maxTokens: 512,
  maxRetries: 3,
} satisfies EndpointLimits;
