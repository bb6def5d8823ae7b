import type { ThreadRow } from '../../store/launch-store.ts';
import { hashContent } from './hash-content.ts';
import { costOf, findLinks, findMentions, MAX_WEIGHTED_LENGTH, weightedLengthOf } from './measure-post.ts';

/** A thread as a person has to see it before they approve it. */
export interface ThreadDescription {
  readonly parts: readonly PartDescription[];
  readonly costUsd: number;
  /** Of the content as it is now, not as it was kept. */
  readonly contentHash: string;
  /** Whether it is what is kept as its hash. */
  readonly isIntact: boolean;
  /** Whether exactly this content was approved. */
  readonly isApproved: boolean;
}

interface PartDescription {
  /** From 1. */
  readonly position: number;
  readonly text: string;
  /** As X counts, of `maxLength`. */
  readonly length: number;
  readonly maxLength: number;
  readonly links: readonly string[];
  /** Accounts that the part would call. */
  readonly mentions: readonly string[];
  readonly costUsd: number;
  readonly pictures: readonly {
    readonly fileName: string;
    readonly bytes: number;
    readonly altText: string;
  }[];
}

/** What will be posted, part by part, with what each costs. */
export function describeThread({
  content,
  contentHash: kept,
  approval,
}: Pick<ThreadRow, 'content' | 'contentHash' | 'approval'>): ThreadDescription {
  const contentHash = hashContent(content);
  const parts = content.parts.map(({ text, pictures }, index) => ({
    ...{ position: index + 1, text, length: weightedLengthOf(text), maxLength: MAX_WEIGHTED_LENGTH },
    ...{ links: findLinks(text).map(({ url }) => url), mentions: findMentions(text), costUsd: costOf(text) },
    pictures: pictures.map(({ fileName, pngBase64, altText }) => ({
      ...{ fileName, altText },
      bytes: Buffer.from(pngBase64, 'base64').length,
    })),
  }));
  return {
    parts,
    costUsd: parts.reduce((sum, { costUsd }) => sum + costUsd, 0),
    contentHash,
    isIntact: contentHash === kept,
    isApproved: approval?.contentHash === contentHash,
  };
}
