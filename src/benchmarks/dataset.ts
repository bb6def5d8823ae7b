/** A set of images with reference texts, ready to be gone through. */
export interface BenchmarkDataset {
  /** As results state it: "NoCaps validation". */
  readonly name: string;
  /** `validation`, `test` (Karpathy), …; `all` where the set has no splits. */
  readonly split: string;
  readonly task: 'caption' | 'audio-description';
  /** Items of the split. */
  readonly count: number;
  /** SHA-256 in hex over ids, references, groups and gaps of all items in order, so that another copy of the same data agrees. */
  readonly hash: string;
  /** What has to stand beside every score on this set, whole sentences: "Its text is synopsis, not audio description." */
  readonly remarks: readonly string[];
  /** The items in the set's own order, always the same. Never all of a large set in memory. */
  items(signal?: AbortSignal): AsyncIterable<BenchmarkItem>;
}

export interface BenchmarkItem {
  /** Unique in the set. */
  readonly id: string;
  /** The image's file; null where the set has none here: then only recorded predictions can be scored. */
  readonly image: string | null;
  /** Texts written by people (or as the set's remarks say). May be empty: then nothing is scored against references. */
  readonly references: readonly string[];
  /** A part of the set that is also scored by itself: NoCaps' domain. */
  readonly group: string | null;
  /** For audio description: the pause that the text has to be spoken in. */
  readonly gap: DescriptionGap | null;
}

export interface DescriptionGap {
  readonly seconds: number;
  /** `inline`: it must fit the pause. `extended`: the film is halted meanwhile, so that any length fits. */
  readonly playback: 'inline' | 'extended';
}
