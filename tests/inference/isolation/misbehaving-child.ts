// An inference process whose engine does what the picture's width says: see `BEHAVIOURS`.
import { setTimeout as wait } from 'node:timers/promises';
import type { Engine, EngineOutput } from '../../../src/inference/engines/engine.ts';
import { serveInference } from '../../../src/inference/isolation/serve-inference.ts';
import { ModelError } from '../../../src/inference/model-error.ts';
import { BEHAVIOURS, type MisbehavingConfig } from './misbehaviour.ts';

const MEGABYTE = 1e6;

function createMisbehavingEngine(
  { model = 'tiny', loadMs = 0, loadFault = false }: MisbehavingConfig,
  { onWarning }: { onWarning: (warning: string) => void },
): Engine {
  let described = 0;
  const engine: Engine = {
    name: 'misbehaving',
    model,
    memoryNeed: async () => ({ bytes: 1, device: 'cpu' }),
    async load() {
      if (described > 0) return;
      await wait(loadMs);
      if (loadFault) throw new ModelError('model-missing', 'There is no model.', 'Get one.');
      onWarning('loaded');
    },
    async describe({ width, height }, { onText, maxTokens }, signal): Promise<EngineOutput> {
      described++;
      const text = `Picture ${width} x ${height}, description ${described}.`;
      switch (width) {
        case BEHAVIOURS.endless:
          for (;;) Math.random();
        case BEHAVIOURS.eatsMemory:
          // Up to a bound, should the limit fail.
          for (const eaten: Buffer[] = []; eaten.length < 60; ) {
            eaten.push(Buffer.alloc(50 * MEGABYTE, 1));
            await wait(5);
          }
          break;
        case BEHAVIOURS.aborts:
          process.abort();
          break;
        case BEHAVIOURS.segfaults:
          process.kill(process.pid, 'SIGSEGV');
          await wait(60_000);
          break;
        case BEHAVIOURS.cooperative:
          await wait(height * 10, undefined, { signal });
          break;
        case BEHAVIOURS.stubborn:
          await wait(height * 10);
          break;
        case BEHAVIOURS.throws:
          throw new TypeError('secret detail');
        case BEHAVIOURS.refuses:
          throw new ModelError('model-unsupported', 'No such picture.', 'Take another.');
        case BEHAVIOURS.streams:
          for (const part of ['One.', 'One. Two.', 'One. Two. Three.']) {
            onText?.(part);
            await wait(150);
          }
          break;
      }
      return { text, usage: { outputTokens: maxTokens } };
    },
    async close() {},
  };
  return engine;
}

serveInference<MisbehavingConfig>(createMisbehavingEngine, ({ measureFault }) =>
  measureFault
    ? {
        measure: async () => {
          throw new ModelError('model-unsupported', 'There is no detector.', 'Get one.');
        },
        close: async () => {},
      }
    : undefined,
);
