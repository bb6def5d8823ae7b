import { BenchmarkError } from '../../benchmarks/benchmark-error.ts';
import { openRunFolder, type RunFolder } from '../../benchmarks/run-folder.ts';
import type { RunRecord } from '../../benchmarks/run-record.ts';
import type { RunScores } from '../../benchmarks/scores.ts';
import { readBenchmarkSettings } from '../../config/env.ts';
import type { Terminal } from '../terminal.ts';

/**
 * @param id of a run, or `latest`
 * @param folder where runs are kept; as the settings say where it is undefined
 * @throws BenchmarkError `benchmark-run`, `benchmark-scores`
 */
export async function openMeasuredRun(
  { env }: Terminal,
  id: string,
  folder: string | undefined,
): Promise<{ readonly runs: RunFolder; readonly record: RunRecord; readonly scores: RunScores }> {
  const runs = openRunFolder(folder ?? readBenchmarkSettings(env).folder);
  const record = await runs.read(id);
  const scores = await runs.scores(record.id);
  if (scores) return { runs, record, scores };
  throw new BenchmarkError(
    'benchmark-scores',
    `The run ${record.id} has not been measured: narrator bench run --resume ${record.id} finishes and measures it.`,
  );
}
