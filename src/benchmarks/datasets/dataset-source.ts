import type { ImageFolder } from './image-folder.ts';
import type { DatasetDescription, StagedItems } from './staged-items.ts';

/** What a loader reads from. */
export interface DatasetSource {
  /** A file, or a folder where the format has one. */
  readonly path: string;
  /** As the person asked for it; null where nothing was said. */
  readonly split: string | null;
  readonly images: ImageFolder;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads a set into `staged`.
 *
 * @throws DatasetError
 */
export type LoadDataset = (source: DatasetSource, staged: StagedItems) => Promise<DatasetDescription>;
