import type { WantedDevice } from '../models/choose-device.ts';
import type { WantedDtype } from '../models/dtypes.ts';

/** An engine as it is set up. Plain data: it crosses to the inference process. */
export type EngineConfig = EmbeddedConfig | VlmConfig | OpenAiConfig | AnthropicConfig;

interface EmbeddedConfig {
  readonly engine: 'embedded';
  /** Where converted models are kept; null keeps none. */
  readonly cacheFolder: string | null;
}

interface VlmConfig {
  readonly engine: 'vlm';
  /** A Hub id or a folder. */
  readonly model: string;
  /** Where downloaded models lie. */
  readonly cacheFolder: string;
  readonly revision?: string;
  readonly device?: WantedDevice;
  readonly dtype?: WantedDtype;
  readonly threads?: number;
  readonly maxTokens?: number;
  readonly timeLimitMs?: number;
  /** The Hub, or a server that speaks like it. */
  readonly endpoint?: string;
  readonly token?: string;
  /** True where nothing may be downloaded. */
  readonly offline?: boolean;
}

interface OpenAiConfig {
  readonly engine: 'openai';
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly detail?: 'low' | 'high' | 'auto';
  /** In US dollars a million tokens, where the endpoint does not tell what it bills. */
  readonly prices?: TokenPrices;
}

interface AnthropicConfig {
  readonly engine: 'anthropic';
  readonly model: string;
  readonly apiKey: string;
  /** Anthropic's own where absent. */
  readonly baseUrl?: string;
  readonly prices?: TokenPrices;
}

interface TokenPrices {
  readonly input: number;
  readonly output: number;
}

/** Whether an engine asks another server: then it takes several requests at a time. */
export function asksEndpoint({ engine }: Pick<EngineConfig, 'engine'>): boolean {
  return engine === 'openai' || engine === 'anthropic';
}
