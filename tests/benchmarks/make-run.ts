import type { RunRecord, StoredPrediction } from '../../src/benchmarks/run-record.ts';

/** A record of two contenders that have not begun. */
export function makeRecord(parts: Partial<RunRecord> = {}): RunRecord {
  return {
    schema: 1,
    id: '2026-11-25-samples-1a2b3c',
    state: 'running',
    createdAt: Date.UTC(2026, 10, 25),
    finishedAt: null,
    commit: null,
    isDirty: false,
    version: '0.1.0',
    dataset: {
      name: 'Samples',
      spec: 'samples',
      split: 'all',
      task: 'caption',
      hash: 'a'.repeat(64),
      count: 6,
      sampled: 6,
      seed: 1,
      remarks: [],
    },
    request: { style: 'vivid', promptVersion: '1', maxTokens: 512 },
    contenders: ['embedded', 'openai:m'].map(name => ({
      name,
      spec: name,
      slug: name.replace(':', '-'),
      kind: 'engine' as const,
      identity: null,
      loadsMs: [],
    })),
    machine: { cpu: 'a processor', cores: 2, memoryBytes: 8e9, gpu: null, platform: 'linux x64' },
    versions: { node: '24.0.0' },
    ...parts,
  };
}

export function makePrediction(id: string, parts: Partial<StoredPrediction> = {}): StoredPrediction {
  return {
    id,
    text: `A grey stone by the number ${id}.`,
    error: null,
    describeMs: 12.5,
    firstTextMs: null,
    usage: null,
    grounding: null,
    quotes: null,
    at: 1,
    ...parts,
  };
}
