/** An engine as it is set up. Plain data: it crosses to the inference process. */
export type EngineConfig = EmbeddedConfig;

interface EmbeddedConfig {
  readonly engine: 'embedded';
  /** Where converted models are kept; null keeps none. */
  readonly cacheFolder: string | null;
}
