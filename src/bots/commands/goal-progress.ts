/** A launch goal, and the latest that was measured of it. */
export interface GoalProgress {
  /** As people read it: "Downloads of the model". */
  readonly name: string;
  readonly target: number;
  /** What is counted, in the plural: "downloads". */
  readonly unit: string;
  /** By when, in milliseconds since the epoch; null where there is no date. */
  readonly dueAt: number | null;
  /** Null: not measured yet, which is not 0. */
  readonly latest: { readonly value: number; readonly takenAt: number; readonly source: string } | null;
  /** Sentences: the pace, the day that it was met, and what is not known. */
  readonly remarks: readonly string[];
}
