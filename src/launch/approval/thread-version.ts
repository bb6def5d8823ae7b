import type { ThreadRow } from '../../store/launch-store.ts';

/** What somebody looked at: a button carries it, or a person types it. */
export interface ThreadVersion {
  readonly threadId: string;
  /** Null: whichever stands now. Buttons always say it. */
  readonly revision: number | null;
  /** The first digits of the content's hash; null where they were not told. */
  readonly hashStart: string | null;
}

/** What people compare and type. */
export const SHOWN_DIGITS = 12;
/** What a button carries. With an id of 36 characters and six digits of revision that makes 64 characters. */
const BUTTON_DIGITS = 20;
const TARGET = /^([\w-]{1,36})_(\d{1,6})_([0-9a-f]{20})$/;

/** A version as the target of a button: at most 64 characters of `A-Z a-z 0-9 _ -`. */
export function formatVersion({
  id,
  revision,
  contentHash,
}: Pick<ThreadRow, 'id' | 'revision' | 'contentHash'>): string {
  return `${id}_${revision}_${contentHash.slice(0, BUTTON_DIGITS)}`;
}

/** Null for what `formatVersion` has not made. */
export function readVersion(target: string): ThreadVersion | null {
  const [, threadId, revision, hashStart] = TARGET.exec(target) ?? [];
  if (threadId === undefined || revision === undefined || hashStart === undefined) return null;
  return { threadId, revision: Number(revision), hashStart };
}

export function isVersionOf(
  { revision, hashStart }: ThreadVersion,
  row: Pick<ThreadRow, 'revision' | 'contentHash'>,
): boolean {
  return (
    (revision === null || revision === row.revision) &&
    (hashStart === null || (hashStart !== '' && row.contentHash.startsWith(hashStart)))
  );
}
