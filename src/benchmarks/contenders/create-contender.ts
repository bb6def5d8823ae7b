import type { BenchmarkSettings } from '../../config/env.ts';
import { createAnthropicApi } from '../../inference/engines/anthropic/anthropic-api.ts';
import { createEndpointClient } from '../../inference/engines/endpoint/endpoint-client.ts';
import { ENDPOINT_LIMITS } from '../../inference/engines/endpoint/endpoint-limits.ts';
import type { Style } from '../../inference/engines/engine.ts';
import type { EngineConfig } from '../../inference/engines/engine-config.ts';
import { createOpenAiApi } from '../../inference/engines/openai/openai-api.ts';
import type { PullProgress } from '../../inference/models/pull-model.ts';
import { PROMPT_VERSION } from '../../inference/prompts.ts';
import { BenchmarkError } from '../benchmark-error.ts';
import type { Contender } from '../contender.ts';
import { createEngineContender } from './engine-contender.ts';
import { nameOf, parseContender, type Vendor } from './parse-contender.ts';
import { type CaptionFile, createRecordedContender } from './recorded-contender.ts';
import { createRewriterContender } from './rewriter-contender.ts';
import type { SceneSource } from './scene-source.ts';

export interface ContenderOptions {
  readonly settings: BenchmarkSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly style: Style;
  /** The most tokens of a text. */
  readonly maxTokens: number;
  /** In US dollars a million tokens; null where they were not given. */
  readonly prices: { readonly input: number; readonly output: number } | null;
  /** What rewriters are given; null where there is none. */
  readonly captions: (CaptionFile & { readonly file: string }) | null;
  /** Shared by all contenders of a run, and closed by whoever made it. */
  readonly scenes: SceneSource;
  readonly onWarning: (warning: string) => void;
  /** Told while a model is downloaded. */
  readonly onPull?: (progress: PullProgress) => void;
}

/** Its words and the check of words rest on the same measurements. */
const NOT_INDEPENDENT =
  'It writes from the same measurements that check its adjectives, so that its share of supported ones is no independent evidence.';

/**
 * @param spec `embedded`, `vlm:<model>[@revision]`, `openai:<model>`, `anthropic:<model>`, `rewrite:openai:<model>`,
 *   `rewrite:anthropic:<model>`, `recorded:<file>[=name]`
 * @throws BenchmarkError `benchmark-contender` where it is none, or something that it needs is not set
 */
export function createContender(spec: string, options: ContenderOptions): Contender {
  const parsed = parseContender(spec);
  const name = nameOf(parsed);
  const { settings, env, style, maxTokens, captions, scenes, onWarning } = options;
  const prices = options.prices ?? undefined;
  const ofEngine = (config: EngineConfig, remarks: readonly string[] = []) =>
    createEngineContender({
      ...{ name, config, style, maxTokens, env, scenes, remarks, onWarning },
      promptVersion: PROMPT_VERSION,
      onPull: options.onPull,
    });
  switch (parsed.kind) {
    case 'embedded':
      return ofEngine({ engine: 'embedded', cacheFolder: settings.cacheFolder }, [NOT_INDEPENDENT]);
    case 'vlm': {
      const { model, revision } = parsed;
      return ofEngine({ ...settings.hub, engine: 'vlm', model, revision, cacheFolder: settings.cacheFolder });
    }
    case 'endpoint': {
      const { vendor, model } = parsed;
      const access = accessOf(vendor, settings, name);
      const remark = `It was asked at ${hostOf(access.baseUrl)}; its revision and machine are not known.`;
      return ofEngine({ ...access, model, prices } as EngineConfig, [remark]);
    }
    case 'rewriter': {
      const { vendor, model } = parsed;
      if (!captions) {
        throw new BenchmarkError(
          'benchmark-contender',
          `${name} rewrites captions: give them with --captions, a file of COCO results.`,
        );
      }
      const access = accessOf(vendor, settings, name);
      const api = () =>
        access.engine === 'openai'
          ? createOpenAiApi({ ...access, model, timeoutMs: ENDPOINT_LIMITS.timeoutMs })
          : createAnthropicApi({ ...access, model, timeoutMs: ENDPOINT_LIMITS.timeoutMs });
      return createRewriterContender({
        ...{ name, vendor, model, style, maxTokens, scenes, onWarning, input: captions },
        host: hostOf(access.baseUrl),
        createClient: () => createEndpointClient(api(), { ...ENDPOINT_LIMITS, prices }),
      });
    }
    case 'recorded':
      return createRecordedContender({ name, file: parsed.file, scenes, onWarning });
  }
}

type Access =
  | { readonly engine: 'openai'; readonly baseUrl: string; readonly apiKey: string | undefined }
  | { readonly engine: 'anthropic'; readonly baseUrl: string | undefined; readonly apiKey: string };

function accessOf(vendor: Vendor, settings: BenchmarkSettings, name: string): Access {
  const { baseUrl, apiKey } = settings[vendor];
  if (vendor === 'openai' && baseUrl !== null)
    return { engine: vendor, baseUrl, apiKey: apiKey ?? undefined };
  if (vendor === 'anthropic' && apiKey !== null)
    return { engine: vendor, baseUrl: baseUrl ?? undefined, apiKey };
  throw new BenchmarkError(
    'benchmark-contender',
    vendor === 'openai'
      ? `${name} has to know where its API lies: set OPENAI_BASE_URL, as http://127.0.0.1:8000/v1 is.`
      : `${name} needs a key: set ANTHROPIC_API_KEY.`,
  );
}

function hostOf(baseUrl: string | undefined): string {
  return baseUrl === undefined ? 'api.anthropic.com' : (URL.parse(baseUrl)?.host ?? baseUrl);
}
