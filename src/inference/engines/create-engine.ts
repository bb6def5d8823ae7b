import { NarratorError } from '../../errors.ts';
import type { WantedDevice } from '../models/choose-device.ts';
import type { WantedDtype } from '../models/dtypes.ts';
import type { HubSettings } from '../models/hub-settings.ts';
import type { PullProgress } from '../models/pull-model.ts';
import { PROMPT_VERSION, promptFor } from '../prompts.ts';
import type { Engine } from './engine.ts';

export const ENGINES = ['embedded', 'vlm'] as const;
type EngineName = (typeof ENGINES)[number];

/** What a person chose; each engine reads what concerns it. */
export interface EngineChoice {
  readonly engine: EngineName;
  /** A Hub id or a folder. */
  readonly model?: string;
  readonly revision?: string;
  readonly device?: WantedDevice;
  readonly dtype?: WantedDtype;
  readonly threads?: number;
  readonly maxTokens?: number;
  /** The longest that one description may take, in seconds. */
  readonly timeLimit?: number;
}

export interface EngineSurroundings {
  readonly cacheFolder: string;
  readonly hub: HubSettings;
  /** Told, in a sentence, what went wrong without being a failure. */
  readonly onWarning?: (warning: string) => void;
  /** Told while a model is downloaded. */
  readonly onProgress?: (progress: PullProgress) => void;
}

/** @throws NarratorError `usage` where something that the engine needs was not chosen */
export async function createEngine(choice: EngineChoice, surroundings: EngineSurroundings): Promise<Engine> {
  const { cacheFolder, hub, onWarning, onProgress } = surroundings;
  switch (choice.engine) {
    case 'embedded': {
      const { createEmbeddedEngine } = await import('./embedded/embedded-engine.ts');
      return createEmbeddedEngine({ cacheFolder, onWarning });
    }
    case 'vlm': {
      const { model, revision, device, dtype, threads, maxTokens, timeLimit } = choice;
      if (model === undefined) {
        throw new NarratorError(
          'usage',
          '--engine vlm needs --model: a Hub id as HuggingFaceTB/SmolVLM-256M-Instruct, or a folder (see docs/models.md).',
        );
      }
      const { createVlmEngine } = await import('./vlm/vlm-engine.ts');
      return createVlmEngine({
        ...hub,
        ...{ model, cacheFolder, revision, device, dtype, threads, maxTokens },
        ...(timeLimit === undefined ? {} : { timeLimitMs: timeLimit * 1000 }),
        ...{ promptFor, promptVersion: PROMPT_VERSION, onWarning, onProgress },
      });
    }
  }
}
