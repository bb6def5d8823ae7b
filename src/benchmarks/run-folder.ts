import type { RunRecord, StoredPrediction } from './run-record.ts';
import type { RunScores } from './scores.ts';

/**
 * The runs that are kept in a folder, `data/benchmarks` unless told: see `runRecord`.
 *
 * Rejections: NarratorError `benchmark-run` naming the file, what is wrong with it and what to do.
 */
export interface RunFolder {
  /** The newest first; what cannot be read is left out and named in `unreadable`. */
  list(): Promise<{ readonly runs: readonly RunRecord[]; readonly unreadable: readonly string[] }>;
  /** @param id of a run, or `latest` for the newest finished one */
  read(id: string): Promise<RunRecord>;
  /** Writes `run.json` whole or not at all (a new file takes the old one's place). */
  write(record: RunRecord): Promise<void>;
  /** Each item's last prediction, in the order of the file. A last line that was cut off by a crash is left out. */
  predictions(record: RunRecord, contender: string): Promise<readonly StoredPrediction[]>;
  /** Appends, and waits until the disk has it. */
  append(record: RunRecord, contender: string, prediction: StoredPrediction): Promise<void>;
  /** Null where it has not been measured. */
  scores(id: string): Promise<RunScores | null>;
  writeScores(scores: RunScores): Promise<void>;
  /** The folder of a run, for what is exported. */
  pathOf(id: string): string;
}
