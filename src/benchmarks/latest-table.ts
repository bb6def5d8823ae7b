/** The table of the latest benchmark run, ready to be shown. Every figure in it was measured, or is marked as cited. */
export interface BenchmarkTable {
  /** What was compared on what: "Captions of NoCaps validation". */
  readonly title: string;
  /** When the run was finished, in milliseconds since the epoch. */
  readonly madeAt: number;
  /** One line: run id, commit, dataset, number of images. */
  readonly source: string;
  /** Heads; the first column names what was compared. */
  readonly columns: readonly string[];
  /** Cells as people read them, as many in each row as there are columns. What was not computed says so. */
  readonly rows: readonly (readonly string[])[];
  /** What has to stand beside it, whole sentences. */
  readonly notes: readonly string[];
}
