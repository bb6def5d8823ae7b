import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchmarkDataset, BenchmarkItem } from '../../src/benchmarks/dataset.ts';
import { openRunFolder, type RunFolder } from '../../src/benchmarks/run-folder.ts';
import type { RunRecord, StoredPrediction } from '../../src/benchmarks/run-record.ts';

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`fixtures/recorded/${name}.json`, import.meta.url), 'utf8'));

/** The recorded predictions of tests/benchmarks/fixtures/recorded: made by reference/make-set.ts. */
export const RECORDED = ['near', 'nearer', 'mixed', 'short'] as const;

/** 300 pretended images in three groups, with four references each. */
export function recordedItems(): BenchmarkItem[] {
  const rows: { id: string; group: string; references: string[] }[] = fixture('items');
  return rows.map(row => ({ ...row, image: null, gap: null }));
}

/** What a contender's file holds, by the item's id: an image may be missing. */
export function recordedPredictions(name: string): Map<string, string> {
  const rows: { image_id: string; caption: string }[] = fixture(name);
  return new Map(rows.map(({ image_id, caption }) => [image_id, caption]));
}

export function datasetOf(
  items: readonly BenchmarkItem[],
  more: Partial<BenchmarkDataset> = {},
): BenchmarkDataset {
  return {
    name: 'pretended images',
    split: 'all',
    task: 'caption',
    count: items.length,
    hash: createHash('sha256').update(JSON.stringify(items)).digest('hex'),
    remarks: [],
    async *items() {
      yield* items;
    },
    ...more,
  };
}

type Contender = RunRecord['contenders'][number];

export function contenderOf(name: string, more: Partial<Contender> = {}): Contender {
  return { name, spec: name, slug: name, kind: 'recorded', identity: null, loadsMs: [], ...more };
}

export function identityOf(more: Partial<NonNullable<Contender['identity']>> = {}): Contender['identity'] {
  return {
    engine: 'vlm',
    model: 'm',
    revision: null,
    promptVersion: 'p1',
    maxTokens: 100,
    parametersB: null,
    remarks: [],
    ...more,
  };
}

export function predictionOf(
  id: string,
  text: string | null,
  more: Partial<StoredPrediction> = {},
): StoredPrediction {
  return {
    id,
    text,
    error: text === null ? { code: 'no-prediction', message: 'The file has no text for this image.' } : null,
    describeMs: null,
    firstTextMs: null,
    usage: null,
    grounding: null,
    quotes: null,
    at: 0,
    ...more,
  };
}

/**
 * Writes a finished run into a new folder.
 *
 * @param contenders each with its predictions
 */
export async function writeRun(
  dataset: BenchmarkDataset,
  contenders: readonly { contender: Contender; predictions: readonly StoredPrediction[] }[],
  more: Partial<RunRecord> = {},
): Promise<{ folder: RunFolder; record: RunRecord; path: string }> {
  const path = mkdtempSync(join(tmpdir(), 'benchmark-runs-'));
  const folder = openRunFolder(path);
  const record: RunRecord = {
    schema: 1,
    id: 'r1',
    state: 'finished',
    createdAt: 1,
    finishedAt: 2,
    commit: null,
    isDirty: false,
    version: '0.0.0',
    dataset: {
      name: dataset.name,
      spec: 'pretended',
      split: dataset.split,
      task: dataset.task,
      hash: dataset.hash,
      count: dataset.count,
      sampled: dataset.count,
      seed: 1,
      remarks: [],
    },
    request: { style: 'brief', promptVersion: 'p1', maxTokens: 100 },
    contenders: contenders.map(({ contender }) => contender),
    machine: { cpu: 'pretended', cores: 2, memoryBytes: 1, gpu: null, platform: 'pretended' },
    versions: {},
    ...more,
  };
  await folder.write(record);
  // As `append` leaves them, without waiting for the disk after each line.
  const predicted = join(folder.pathOf(record.id), 'predictions');
  mkdirSync(predicted);
  for (const { contender, predictions } of contenders) {
    const lines = predictions.map(prediction => `${JSON.stringify(prediction)}\n`);
    writeFileSync(join(predicted, `${contender.slug}.jsonl`), lines.join(''));
  }
  return { folder, record, path };
}

/** A run of all recorded predictions. */
export function writeRecordedRun(names: readonly string[] = RECORDED) {
  const items = recordedItems();
  const contenders = names.map(name => {
    const texts = recordedPredictions(name);
    return {
      contender: contenderOf(name),
      predictions: items.map(({ id }) => predictionOf(id, texts.get(id) ?? null)),
    };
  });
  return writeRun(datasetOf(items), contenders);
}
