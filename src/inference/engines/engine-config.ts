/** An engine as it is set up. Plain data: it crosses to the inference process. */
export type EngineConfig = EmbeddedConfig | OpenAiConfig;

interface EmbeddedConfig {
  readonly engine: 'embedded';
  /** Where converted models are kept; null keeps none. */
  readonly cacheFolder: string | null;
}

interface OpenAiConfig {
  readonly engine: 'openai';
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly detail?: 'low' | 'high' | 'auto';
}
