import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { groundOwnWords } from '../../description-report.ts';
import { NarratorError } from '../../errors.ts';
import type { Quote } from '../../inference/engines/engine.ts';
import { loadImageBytes } from '../../inference/image/load-image.ts';
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

/** A scene is some kilobytes: sets of this size are measured once for all contenders. */
const SCENES_KEPT = 500;
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
  const kept = new LRUCache<string, Scene>({ max: SCENES_KEPT });
  return {
    async measure(bytes, signal) {
      const key = createHash('sha256').update(bytes).digest('hex');
      const known = kept.get(key);
      if (known) return known;
      const { scene } = await process.describe({ bytes, source: 'benchmark', style: 'brief' }, signal);
      kept.set(key, scene!);
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

/**
 * Checks texts against their picture: one that is missing or cannot be measured costs the figure, not the text, which may
 * have cost money.
 *
 * @param onWarning told once
 */
export function createGrounder(name: string, scenes: SceneSource, onWarning: (warning: string) => void) {
  let hasWarned = false;
  return async (
    text: string,
    quotes: readonly Quote[],
    /** The file or its bytes; null where there is none. */
    image: string | Uint8Array | null,
    signal: AbortSignal,
  ): Promise<GroundedCounts | null> => {
    if (image === null) return null;
    try {
      const bytes = typeof image === 'string' ? await loadImageBytes(image, { signal }) : image;
      return countVerdicts(text, quotes, await scenes.measure(bytes, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof NarratorError)) throw error;
      if (!hasWarned) onWarning(`${name} is not checked against every image: ${error.message}`);
      hasWarned = true;
      return null;
    }
  };
}
