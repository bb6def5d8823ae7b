// An inference process whose engine says what the picture's width asks for: see `TALK`.
import { setTimeout as wait } from 'node:timers/promises';
import type { Engine, EngineOutput } from '../../../src/inference/engines/engine.ts';
import { serveInference } from '../../../src/inference/isolation/serve-inference.ts';
import { ModelError } from '../../../src/inference/model-error.ts';
import { TALK } from './pictures.ts';

const TEXTS = {
  brief: 'A red kite over a quiet beach.',
  vivid: 'A bright red kite flies over a quiet, wide beach. The sky is blue and beautiful.',
  alt: 'A red kite over a beach.',
} as const;

serveInference<{ readonly model?: string }>(({ model = 'talker' }) => {
  let described = 0;
  const failed = new Set<number>();
  const engine: Engine = {
    name: 'talking',
    model,
    memoryNeed: async () => ({ bytes: 1, device: 'cpu' }),
    async load() {},
    async describe({ width, height }, { style, onText }, signal): Promise<EngineOutput> {
      described++;
      switch (width) {
        case TALK.counting:
          return { text: `${TEXTS[style]} Number ${described}.` };
        case TALK.growing:
          for (const part of [
            'A red',
            'A red kite over a qui',
            'A red kite over a quiet beach. @everyone s',
          ]) {
            onText?.(part);
            await wait(60, undefined, { signal });
          }
          return { text: TEXTS.brief };
        case TALK.slow:
          await wait(height * 10, undefined, { signal });
          return { text: TEXTS[style] };
        case TALK.once:
          if (failed.has(height)) return { text: TEXTS[style] };
          failed.add(height);
          throw new ModelError('endpoint-unavailable', 'http://10.0.0.7 is down.', 'Start it.');
        case TALK.breaking:
          if (style !== 'vivid') return { text: TEXTS[style] };
          onText?.('A bright red kite flies');
          await wait(60, undefined, { signal });
          throw new ModelError('endpoint-timeout', 'http://10.0.0.7 is slow.', 'Wait.');
        case TALK.unavailable:
          throw new ModelError('endpoint-unavailable', 'http://10.0.0.7 is down.', 'Start it.');
        case TALK.faulty:
          throw new ModelError('model-missing', '/srv/secret/model is not there.', 'Pull it.');
        case TALK.long:
          return { text: `${TEXTS[style]} `.repeat(200) };
      }
      return { text: TEXTS[style] };
    },
    async close() {},
  };
  return engine;
});
