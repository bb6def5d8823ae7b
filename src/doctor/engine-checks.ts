import { readCenternet } from '../inference/engines/embedded/centernet.ts';
import type { EngineConfig } from '../inference/engines/engine-config.ts';
import { drawPng } from '../inference/image/encode-png.ts';
import type { InferenceEvent } from '../inference/isolation/inference-process.ts';
import { formatBytes } from '../inference/memory.ts';
import { createNarrationService } from '../inference/narration-service.ts';
import type { Check } from './finding.ts';

/** Of `@vladmandic/human` 3.3.6, which the tests of the detector ran with. */
const TESTED_DETECTOR = 'd82f7efbe2194b1638ba372759077a9f6d926aadec6a693f4af0af65e99f50a1';
const DESCRIBE_TIMEOUT_MS = 120_000;
const CLOSE_GRACE_MS = 1000;

/** Whether the files of the embedded detector are there and the ones that the program was tested with. */
export function checkDetector(): Check {
  return {
    check: 'detector',
    timeoutMs: 10_000,
    async run() {
      const { source, weights } = await readCenternet();
      const details = { sha256: source, weightsBytes: weights.length };
      const found = `the embedded engine's detector, ${formatBytes(weights.length)}, SHA-256 ${source.slice(0, 12)}…`;
      return source === TESTED_DETECTOR
        ? { verdict: 'ok', message: found, details }
        : {
            verdict: 'warn',
            message: `${found}, is not the one that the program was tested with: run npm ci.`,
            details,
          };
    },
  };
}

/** Has an engine describe a drawn landscape as the service would: another process, queue, deadline and all. */
export function checkEngine(config: EngineConfig, env: Readonly<Record<string, string | undefined>>): Check {
  return {
    check: `${config.engine} engine`,
    timeoutMs: DESCRIBE_TIMEOUT_MS + 2 * CLOSE_GRACE_MS,
    async run(signal) {
      const events: InferenceEvent[] = [];
      const service = createNarrationService({
        engines: [config],
        env,
        onEvent: event => events.push(event),
      });
      try {
        const { text, engine, timings, usage } = await service.describe({
          bytes: drawLandscape(),
          source: 'doctor',
          style: 'brief',
          deadlineMs: DESCRIBE_TIMEOUT_MS,
          signal,
        });
        const peak = usage?.peakMemoryBytes;
        const figures = [
          `${Math.round(timings.total)} ms from a cold start`,
          ...(usage?.tokensPerSecond === undefined
            ? []
            : [`${usage.tokensPerSecond.toFixed(1)} tokens a second`]),
          ...(peak === undefined ? [] : [`${formatBytes(peak)} of memory`]),
        ];
        const warnings = events.filter(event => event.type === 'warning').map(({ warning }) => warning);
        return {
          verdict: warnings.length > 0 ? 'warn' : 'ok',
          message: [`${engine.model}: “${text}” (${figures.join(', ')})`, ...warnings].join(' '),
          details: { text, engine, timingsMs: timings, usage, warnings },
        };
      } finally {
        await service.close(CLOSE_GRACE_MS);
      }
    },
  };
}

/** Sky, a sun and a meadow: something that every engine can say something about. */
function drawLandscape(): Uint8Array {
  return drawPng(480, 320, (x, y) => {
    if (Math.hypot((x - 0.75) * 1.5, y - 0.2) < 0.08) return [250, 225, 110];
    return y < 0.55 ? [110, 175, 240] : [60, 140, 60];
  });
}
