import { groundOwnWords } from '../../description-report.ts';
import type { Quote } from '../../inference/engines/engine.ts';
import { createInferenceProcess } from '../../inference/isolation/inference-process.ts';
import type { Scene } from '../../inference/scene/measure-scene.ts';
import type { GroundedCounts } from '../contender.ts';
import { PROCESS_LIMITS } from './process-limits.ts';

/** Measures the pictures whose texts are checked. */
export interface SceneSource {
  /** @throws NarratorError where the picture cannot be measured; the signal's reason when aborted */
  measure(bytes: Uint8Array, signal: AbortSignal): Promise<Scene>;
  close(): Promise<void>;
}

const CHILD = new URL('scene-child.ts', import.meta.url);

/**
 * Measures in a process of its own, started by the first picture: what a model takes in memory and time is told
 * without it.
 *
 * @param cacheFolder where the converted detector is kept
 * @param onWarning told once what went wrong without being a failure
 */
export function createSceneSource(
  cacheFolder: string,
  env: Readonly<Record<string, string | undefined>>,
  onWarning: (warning: string) => void,
): SceneSource {
  const process = createInferenceProcess({
    entry: CHILD,
    config: { cacheFolder },
    env,
    limits: { ...PROCESS_LIMITS, concurrency: 1 },
    onEvent(event) {
      if (event.type === 'warning') onWarning(event.warning);
    },
  });
  return {
    async measure(bytes, signal) {
      const { scene } = await process.describe({ bytes, source: 'benchmark', style: 'brief' }, signal);
      return scene!;
    },
    close: () => process.close(0),
  };
}

/** The adjectives of a text by verdict, without what it quotes. */
export function countVerdicts(text: string, quotes: readonly Quote[], scene: Scene): GroundedCounts {
  const grounding = groundOwnWords(text, quotes, scene).grounding!;
  const count = (wanted: string) =>
    grounding.pairs.filter(({ kind, verdict }) => kind === 'adjective' && verdict === wanted).length;
  return {
    supported: count('supported'),
    contradicted: count('contradicted'),
    uncheckable: count('uncheckable'),
    supportedPer100Words: grounding.supportedPer100Words,
  };
}
