import { BenchmarkError } from './benchmark-error.ts';
import type { ContenderIdentity } from './contender.ts';
import type { BenchmarkDataset } from './dataset.ts';
import type { RunRecord } from './run-record.ts';

/**
 * Whether what a run is to go on with is what it began with.
 *
 * @throws BenchmarkError naming all that differs
 */
export function requireSameSet(record: RunRecord, dataset: BenchmarkDataset, promptVersion: string): void {
  const differing = [
    ...(record.dataset.hash === dataset.hash
      ? []
      : [
          `the data set (SHA-256 ${record.dataset.hash.slice(0, 12)}… then, ${dataset.hash.slice(0, 12)}… now)`,
        ]),
    ...(record.request.promptVersion === promptVersion
      ? []
      : [`the prompt (version ${record.request.promptVersion} then, ${promptVersion} now)`]),
  ];
  if (differing.length > 0) throw differs(record.id, differing.join(' and '));
}

/** @throws BenchmarkError naming what differs */
export function requireSameModel(
  name: string,
  before: RunRecord['contenders'][number]['identity'],
  now: ContenderIdentity,
): void {
  if (!before) return;
  const keys = ['engine', 'model', 'revision', 'promptVersion', 'maxTokens'] as const;
  const differing = keys.filter(key => before[key] !== now[key]);
  if (differing.length === 0) return;
  const what = differing.map(
    key => `${WORDS[key]} (${before[key] ?? 'none'} then, ${now[key] ?? 'none'} now)`,
  );
  throw differs(name, what.join(' and '));
}

const WORDS = {
  engine: 'the engine',
  model: 'the model',
  revision: 'its revision',
  promptVersion: 'the prompt',
  maxTokens: 'the token limit',
} as const;

function differs(what: string, differing: string): BenchmarkError {
  return new BenchmarkError(
    'benchmark-run',
    `${what} cannot go on: ${differing} changed, and answers of both would be mixed. Begin a new run, or put back what was there.`,
  );
}
